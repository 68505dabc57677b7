//go:build unix

package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// proxied is a proxy of docs/operations.md in front of two servers.
type proxied struct {
	dir              string
	front, one, two  string // addresses
	stats            string // of haproxy
	servers          map[string]*exec.Cmd
	answered, failed atomic.Int64
}

// TestRollingRestart: each of two servers behind a proxy is restarted, while
// clients post over kept connections, and no request is lost.
func TestRollingRestart(t *testing.T) {
	ownHome(t)
	for name, start := range map[string]func(*proxied, *testing.T) *exec.Cmd{"haproxy": (*proxied).haproxy,
		"nginx": (*proxied).nginx} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("SKIP-NEEDS: %s, to restart servers behind it", name)
			}
			t.Parallel()
			p := &proxied{dir: t.TempDir(), front: freeAddr(t), one: freeAddr(t), two: freeAddr(t), stats: freeAddr(t),
				servers: map[string]*exec.Cmd{}}
			p.start(t, p.one)
			p.start(t, p.two)
			mustRunInBackground(t, start(p, t))
			waitReady(t, p.front)
			p.roll(t)
		})
	}
}

// start starts a server and waits until it, and the proxy, say that it is ready.
func (p *proxied) start(t *testing.T, addr string) {
	t.Helper()
	c := exec.Command("rekey", "serve", "--keyring", filepath.Join(p.dir, "keyring.json"), "--create", "--addr", addr)
	p.servers[addr] = c
	mustRunInBackground(t, c)
	waitReady(t, addr)
}

func mustRunInBackground(t *testing.T, c *exec.Cmd) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
}

// config is a proxy's part of the docs, with the addresses of this test.
func (p *proxied) config(t *testing.T, name string) string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(doc), "<!-- "+name+": begin -->\n```\n")
	text, _, ok := strings.Cut(text, "```\n<!-- "+name+": end -->")
	if !ok {
		t.Fatalf("docs/operations.md has nothing for %s", name)
	}
	return strings.NewReplacer("127.0.0.1:8480", p.front, "127.0.0.1:8481", p.one, "127.0.0.1:8482",
		p.two).Replace(text)
}

func (p *proxied) write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(p.dir, "proxy.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (p *proxied) haproxy(t *testing.T) *exec.Cmd {
	path := p.write(t, p.config(t, "haproxy")+"\nfrontend stats\n    bind "+p.stats+
		"\n    stats enable\n    stats uri /\n")
	return exec.Command("haproxy", "-db", "-f", path)
}

func (p *proxied) nginx(t *testing.T) *exec.Cmd {
	p.stats = ""
	head, user := "", ""
	if os.Geteuid() == 0 {
		user = "user root;\n" // the folder is ours
	}
	for _, of := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		head += of + "_temp_path " + p.dir + "/" + of + ";\n"
	}
	path := p.write(t, user+"daemon off;\npid "+p.dir+"/pid;\nevents {}\nhttp {\naccess_log off;\n"+
		head+p.config(t, "nginx")+"}\n")
	return exec.Command("nginx", "-p", p.dir, "-e", p.dir+"/errors", "-c", path)
}

// roll restarts the servers under load.
func (p *proxied) roll(t *testing.T) {
	key := onlyKey(t, filepath.Join(p.dir, "keyring.json"))
	ctx, cancel := context.WithCancel(context.Background())
	var clients sync.WaitGroup
	for range 4 {
		clients.Add(1)
		go func() {
			defer clients.Done()
			p.post(ctx, t, "http://"+p.front+"/kms/v1/keys/"+key+":encrypt")
		}()
	}
	for _, addr := range []string{p.one, p.two} {
		p.answers(t, 20)
		c := p.servers[addr]
		c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
		p.start(t, addr)
		p.up(t)
	}
	p.answers(t, 20)
	cancel()
	clients.Wait()
	t.Logf("FIGURE a rolling restart: %d requests, %d lost", p.answered.Load()+p.failed.Load(), p.failed.Load())
}

// post posts until the end, over one connection as long as that is kept.
func (p *proxied) post(ctx context.Context, t *testing.T, url string) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
	defer client.CloseIdleConnections()
	for ; ctx.Err() == nil; time.Sleep(time.Millisecond) {
		a, err := client.Post(url, "application/json", strings.NewReader(`{"plaintext":"eA=="}`))
		if err != nil {
			p.failed.Add(1)
			t.Errorf("lost: %v", err)
			continue
		}
		body, err := io.ReadAll(a.Body)
		a.Body.Close()
		if err != nil || a.StatusCode != 200 {
			p.failed.Add(1)
			t.Errorf("lost: %d %s %v", a.StatusCode, body, err)
			continue
		}
		p.answered.Add(1)
	}
}

// answers waits until so many more requests are answered.
func (p *proxied) answers(t *testing.T, more int64) {
	t.Helper()
	for want, end := p.answered.Load()+more, time.Now().Add(30*time.Second); p.answered.Load() < want; time.Sleep(
		10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing is answered")
		}
	}
}

// up waits until haproxy knows that both are there.
func (p *proxied) up(t *testing.T) {
	t.Helper()
	if p.stats == "" {
		return
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		a, err := http.Get("http://" + p.stats + "/;csv")
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(a.Body)
		a.Body.Close()
		up := 0
		for _, line := range strings.Split(string(text), "\n") {
			if f := strings.Split(line, ","); len(f) > 17 && f[0] == "rekey" && (f[1] == "one" || f[1] == "two") &&
				f[17] == "UP" {
				up++
			}
		}
		if up == 2 {
			return
		}
	}
	t.Fatal("haproxy does not see both servers")
}

// onlyKey is the id of a keyring's key.
func onlyKey(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command("rekey", "keys", "list", "--keyring", path).Output()
	lines := strings.Split(string(out), "\n")
	if err != nil || len(lines) < 2 {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.Fields(lines[1])[0]
}

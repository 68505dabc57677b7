//go:build unix

package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pipe is a stream whose reader the test is.
type pipe struct{ r, w *os.File }

func mustPipe(t *testing.T) *pipe {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return &pipe{r, w}
}

// fillUp leaves no room for a byte, and returns how many are in it.
func (p *pipe) fillUp(t *testing.T) (n int) {
	t.Helper()
	p.w.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	n, _ = p.w.Write(make([]byte, 1<<20))
	for more := 1; more > 0; n += more {
		p.w.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
		more, _ = p.w.Write([]byte{0})
	}
	return n
}

// mustStart starts `rekey serve` with these streams, and waits until it
// answers.
func mustStart(t *testing.T, out, errs *pipe, args ...string) (c *exec.Cmd, url string) {
	t.Helper()
	ownHome(t)
	addr := freeAddr(t)
	c = exec.Command("rekey", append([]string{"serve", "--addr", addr, "--drain", "0s"}, args...)...)
	c.Stdout, c.Stderr = out.w, errs.w
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	waitReady(t, addr)
	return c, "http://" + addr
}

// freeAddr is an address on which nobody listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func waitReady(t *testing.T, addr string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if a, err := http.Get("http://" + addr + "/readyz"); err == nil {
			a.Body.Close()
			return
		}
	}
	t.Fatalf("%s does not answer", addr)
}

// request gets an answer, whatever it is; the log has a line of it.
func request(t *testing.T, url string) {
	t.Helper()
	client := http.Client{Timeout: 20 * time.Second}
	a, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, a.Body)
	a.Body.Close()
}

// mustEnd ends it by SIGTERM, and wants success.
func mustEnd(t *testing.T, c *exec.Cmd) {
	t.Helper()
	c.Process.Signal(syscall.SIGTERM)
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it does not end")
	}
}

// TestLogHangs: a reader of the log, or of the banner, that does not read holds up
// no request and no end. When it reads again it gets what was kept for it.
func TestLogHangs(t *testing.T) {
	out, errs := mustPipe(t), mustPipe(t)
	out.fillUp(t)
	n := errs.fillUp(t)
	c, url := mustStart(t, out, errs, "--log-requests", "all")
	for range 50 {
		request(t, url)
	}
	request(t, url+"/healthz")
	if _, err := io.ReadFull(errs.r, make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	log := make(chan []byte, 1)
	go func() { b, _ := io.ReadAll(errs.r); log <- b }()
	mustEnd(t, c)
	errs.w.Close()
	if got := bytes.Count(<-log, []byte("msg=request ")); got != 50 {
		t.Errorf("%d lines of requests, want 50", got)
	}
	c, url = mustStart(t, out, out)
	request(t, url)
	mustEnd(t, c)
}

// TestLogGone: the server goes on when nobody reads the log or the banner.
func TestLogGone(t *testing.T) {
	out, errs := mustPipe(t), mustPipe(t)
	out.r.Close()
	errs.r.Close()
	c, url := mustStart(t, out, errs, "--log-requests", "all")
	for range 3 {
		request(t, url)
	}
	mustEnd(t, c)
}

// TestBannerFails: the log says so, and what is served is not what it says.
func TestBannerFails(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("SKIPPED: there is no /dev/full")
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	errs := mustPipe(t)
	c, _ := mustStart(t, &pipe{w: full}, errs)
	mustEnd(t, c)
	errs.w.Close()
	log, _ := io.ReadAll(errs.r)
	if !strings.Contains(string(log), `msg="the banner could not be written to standard output" error="write `+
		`/dev/stdout: no space left on device"`) {
		t.Errorf("the log is %s", log)
	}
}

// TestBrokenPipe: a command whose reader has gone ends quietly, as any program
// does, and leaves nothing half done.
func TestBrokenPipe(t *testing.T) {
	dir := ownHome(t)
	if out, err := exec.Command("rekey", "keys", "create", "--id", "k1").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range []string{"keys list", "keys versions k1 --json", "keys rotate k1",
		"datakey --key k1 --plaintext-out " + filepath.Join(dir, "plain"), "version"} {
		out := mustPipe(t)
		out.r.Close()
		var errs strings.Builder
		c := exec.Command("rekey", strings.Fields(line)...)
		c.Dir, c.Stdout, c.Stderr = dir, out.w, &errs
		c.Run()
		if c.ProcessState.ExitCode() != 141 || errs.Len() > 0 {
			t.Errorf("%s: %v, %s", line, c.ProcessState, errs.String())
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if e.Name() != "rekey" { // the keyring's folder
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

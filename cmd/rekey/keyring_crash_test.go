package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKillCommand kills the command itself with SIGKILL at random moments of
// `keys rotate`, while a server runs, and the server at the end: every
// rotation that was printed is there, and the keyring is good after each kill.
// By default 20 kills, with LONG=1 1000.
func TestKillCommand(t *testing.T) {
	kills := 20
	if os.Getenv("LONG") != "" {
		kills = 1000
	}
	path := filepath.Join(t.TempDir(), "keyring.json")
	mustRun(t, "keys", "create", "--id", "k1", "--create", "--keyring", path)
	server := exec.Command("rekey", "serve", "--addr", "127.0.0.1:0", "--keyring", path)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	printed := map[string]bool{}
	duration := timeRotation(t, path, printed)
	killed := 0
	for killed < kills && len(printed) < 10*kills {
		if id := rotateAndKill(t, path, rand.N(duration)); id != "" {
			printed[id] = true
		} else {
			killed++
		}
		mustRun(t, "keyring", "check", "--keyring", path)
	}
	server.Process.Kill()
	server.Wait()
	versions := mustRun(t, "keys", "versions", "k1", "--keyring", path, "--json")
	for id := range printed {
		if !strings.Contains(versions, `"`+id+`"`) {
			t.Errorf("version %s was printed and is not there", id)
		}
	}
	total := strings.Count(versions, `"keyId"`)
	if extra := total - 1 - len(printed); extra < 0 || extra > killed {
		t.Errorf("%d versions, %d rotations printed, %d killed", total, len(printed), killed)
	}
	t.Logf("FIGURE kill -9 of commands beside a server: %d rotations killed, %d of them made all the same, %d printed",
		killed, total-1-len(printed), len(printed))
	mustRun(t, "keys", "rotate", "k1", "--keyring", path)
	if left, _ := filepath.Glob(path + ".tmp-*"); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// mustRun runs a command line in this process.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	var out, errw bytes.Buffer
	if status := run(context.Background(), args, strings.NewReader(""), &out, &errw); status != 0 {
		t.Fatalf("rekey %s: status %d: %s", strings.Join(args, " "), status, errw.String())
	}
	return out.String()
}

// timeRotation is how long a rotation takes here without interruption.
func timeRotation(t *testing.T, path string, printed map[string]bool) time.Duration {
	t.Helper()
	fastest := time.Minute
	for range 3 {
		start := time.Now()
		id := rotateAndKill(t, path, time.Minute)
		if id == "" {
			t.Fatal("a rotation that was not interrupted printed nothing")
		}
		printed[id] = true
		fastest = min(fastest, time.Since(start))
	}
	return fastest
}

// rotateAndKill returns the version that the command printed before it was
// killed, or ended normally.
func rotateAndKill(t *testing.T, path string, after time.Duration) string {
	t.Helper()
	var out bytes.Buffer
	c := exec.Command("rekey", "keys", "rotate", "k1", "--keyring", path, "--json")
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	c.Stdout = &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { c.Process.Kill() })
	defer timer.Stop()
	c.Wait()
	var k struct{ PrimaryVersion struct{ ID string } }
	if json.Unmarshal(out.Bytes(), &k) != nil {
		return ""
	}
	return k.PrimaryVersion.ID
}

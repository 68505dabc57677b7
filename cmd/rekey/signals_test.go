//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/deploy/local/lockboxtest"
)

// TestSignalUndoes: whatever signal ends a command that changes a key, what it
// has begun is undone first, and what cannot be is named.
func TestSignalUndoes(t *testing.T) {
	ownHome(t)
	l, err := lockboxtest.Start(lockboxtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for name, value := range lockboxEnv(l) {
		t.Setenv(name, value)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		out := mustRun(t, "keys", "create", "--json")
		_, id, _ := strings.Cut(out, `"id": "`)
		id, _, _ = strings.Cut(id, `"`)
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			testSignalUndoes(t, l, id, s)
		})
	}
	l.Configure(func(b *lockboxtest.Behavior) { b.OperationDelay = 300 * time.Millisecond })
}

// testSignalUndoes ends a rotation when the secret is told to generate another
// algorithm, and the version is about to be added.
func testSignalUndoes(t *testing.T, l *lockboxtest.Server, id string, s syscall.Signal) {
	var errs strings.Builder
	c := exec.Command("rekey", "keys", "rotate", id, "--algorithm", "AES_128")
	c.Stderr = &errs
	mustRunInBackground(t, c)
	for end := time.Now().Add(30 * time.Second); l.CallsFor(lockbox.SecretService_AddVersion_FullMethodName,
		id) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no version is added")
		}
	}
	c.Process.Signal(s)
	time.Sleep(20 * time.Millisecond)
	c.Process.Signal(s) // as timeout(1) does
	c.Wait()
	text := errs.String()
	if c.ProcessState.ExitCode() != 128+int(s) || !strings.HasPrefix(text, "rekey: ended by a signal ("+s.String()+
		"): key "+id+": ") ||
		// under way, or its answer not waited for
		!strings.Contains(text, "to add a version") || !strings.Contains(text, ": a signal came") {
		t.Errorf("%v, %s", c.ProcessState, text)
	}
	l.Change(id, func(sec *lockbox.Secret, _ []*lockbox.Version) {
		if got := sec.GetPasswordPayloadSpecification().GetPasswordKey(); got != "AES_256.generated" {
			t.Errorf("the secret generates %s", got)
		}
	})
}

// TestSignalWhileLocked: who waits for another command's change has changed
// nothing.
func TestSignalWhileLocked(t *testing.T) {
	path := filepath.Join(ownHome(t), "keyring.json")
	mustRun(t, "keys", "create", "--id", "k1", "--create", "--keyring", path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(path+".lock", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	c := exec.Command("rekey", "keys", "rotate", "k1", "--keyring", path)
	c.Stderr = &errs
	mustRunInBackground(t, c)
	waitOpen(t, c.Process.Pid, path+".lock")
	c.Process.Signal(syscall.SIGTERM)
	c.Wait()
	if c.ProcessState.ExitCode() != 143 || !strings.HasSuffix(errs.String(), ": a signal came\n") {
		t.Errorf("%v, %s", c.ProcessState, errs.String())
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the keyring has changed, %v", err)
	}
}

// waitOpen waits until a process has a file open, or for a while where that
// cannot be seen.
func waitOpen(t *testing.T, pid int, path string) {
	t.Helper()
	fds := fmt.Sprintf("/proc/%d/fd", pid)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		all, err := os.ReadDir(fds)
		if err != nil {
			time.Sleep(time.Second)
			return
		}
		for _, e := range all {
			if to, _ := os.Readlink(filepath.Join(fds, e.Name())); to == path {
				return
			}
		}
	}
	t.Fatalf("%s is not opened", path)
}

// TestSignalWhileUnread: who waits for a reader that does not read waits for a
// signal as well.
func TestSignalWhileUnread(t *testing.T) {
	ownHome(t)
	mustRun(t, "keys", "create", "--id", "k1")
	for _, line := range []string{"keys list", "keyring check", "keys rotate k1", "version"} {
		out := mustPipe(t)
		out.fillUp(t)
		c := exec.Command("rekey", strings.Fields(line)...)
		c.Stdout = out.w
		mustRunInBackground(t, c)
		time.Sleep(300 * time.Millisecond) // by then it waits, mostly
		c.Process.Signal(syscall.SIGTERM)
		ended := make(chan struct{})
		go func() { c.Wait(); close(ended) }()
		select {
		case <-ended:
			if code := c.ProcessState.ExitCode(); code != 143 && code != -1 { // -1: it had not begun to watch
				t.Errorf("%s: %v", line, c.ProcessState)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s does not end", line)
		}
	}
}

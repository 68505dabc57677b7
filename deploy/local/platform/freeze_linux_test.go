package platform

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// frozen reports whether a process is stopped.
func frozen(t *testing.T, pid int) bool {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(state, "T")
}

// wantFrozen waits until a process stops: the signal takes its time.
func wantFrozen(t *testing.T, pid int) {
	t.Helper()
	for begin := time.Now(); !frozen(t, pid); time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Fatalf("process %d is not frozen", pid)
		}
	}
}

// TestFreeze: a process stands still while no call is under way, from its
// start on, and only then.
func TestFreeze(t *testing.T) {
	both(t, Config{Freeze: true, Timeout: time.Minute}, func(t *testing.T, f *Function, _ *bytes.Buffer) {
		if err := f.Provision(context.Background()); err != nil {
			t.Fatal(err)
		}
		pid := only(f).cmd.Process.Pid
		g := mustGate(t)
		for range 20 {
			wantFrozen(t, pid)
			call := begin(f, g.event("wait"))
			at := g.one(t)
			if frozen(t, pid) || at.pid != pid {
				t.Errorf("process %d is frozen while its call is under way in %d", pid, at.pid)
			}
			at.Close()
			if a := <-call; a.err != nil {
				t.Fatal(a.err)
			}
		}
	})
}

// TestKilledParent: no instance outlives the program that has it, even if that
// is killed.
func TestKilledParent(t *testing.T) {
	t.Parallel()
	if err := programs(); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "PLATFORM_TEST_PARENT="+filepath.Join(built, "function"))
	c.Stderr = os.Stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill := sync.OnceFunc(func() {
		c.Process.Kill()
		c.Wait()
	})
	defer kill()
	var pid int
	if _, err := fmt.Fscanln(stdout, &pid); err != nil {
		t.Fatal(err)
	}
	wantFrozen(t, pid)
	kill()
	for begin := time.Now(); alive(pid); time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Minute {
			syscall.Kill(pid, syscall.SIGKILL)
			t.Fatalf("process %d lives on", pid)
		}
	}
}

// alive reports whether a process is there, other than as what nobody has
// waited for.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err == nil && !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}

package platform

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestOneInstance: calls one after the other are one process's, which is
// started at the first.
func TestOneInstance(t *testing.T) {
	both(t, Config{Instances: 4}, func(t *testing.T, f *Function, _ *bytes.Buffer) {
		first := mustInvoke(t, f, `{}`)
		for range 5 {
			if again := mustInvoke(t, f, `{}`); again.PID != first.PID {
				t.Errorf("process %d, then %d", first.PID, again.PID)
			}
		}
	})
}

// TestScaling: an instance gets as many concurrent calls as it may have, then
// there is another one, up to as many as there may be. The next call finds all
// of them busy, and a place as soon as there is one.
func TestScaling(t *testing.T) {
	for name, row := range map[string]struct {
		start                        func(*testing.T, Config) (*Function, *bytes.Buffer)
		said, concurrency, instances int
	}{"plugin, 1": {mustPlugin, 1, 1, 2}, "plugin, 16": {mustPlugin, 16, 16, 2},
		"lambda, whatever is said": {mustLambda, 16, 1, 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := row.start(t, Config{Concurrency: row.said, Instances: row.instances, Timeout: time.Minute})
			g := mustGate(t)
			calls := map[int]int{}
			var answers []<-chan answered
			var at []waiting
			for n := range row.concurrency * row.instances {
				answers = append(answers, begin(f, g.event("wait")))
				at = append(at, g.one(t))
				calls[at[n].pid]++
				if want := n/row.concurrency + 1; len(calls) != want {
					t.Errorf("%d instances for %d calls, want %d", len(calls), n+1, want)
				}
			}
			if a := invoke(f, `{}`); !errors.Is(a.err, ErrBusy) {
				t.Errorf("when all are busy: %s, %v", a.raw, a.err)
			}
			at[0].Close()
			one := <-answers[0]
			if one.err != nil || calls[one.PID] == 0 {
				t.Fatalf("%d has answered: %v", one.PID, one.err)
			}
			if next := mustInvoke(t, f, `{}`); next.PID != one.PID {
				t.Errorf("the place in %d is free, and %d has answered", one.PID, next.PID)
			}
		})
	}
}

// TestTimeout: a call that takes too long takes the other calls of its
// instance with it, and no other instance; the next call has a new one.
func TestTimeout(t *testing.T) {
	both(t, Config{Concurrency: 3, Instances: 3, Timeout: 3 * time.Second},
		func(t *testing.T, f *Function, _ *bytes.Buffer) {
			if err := f.Provision(context.Background()); err != nil {
				t.Fatal(err)
			}
			g := mustGate(t)
			calls := make([]<-chan answered, f.config.Concurrency)
			var pid int
			for n := range calls {
				calls[n] = begin(f, g.event("wait"))
				if w := g.one(t); n > 0 && w.pid != pid {
					t.Fatalf("a call in process %d, another in %d", pid, w.pid)
				} else {
					pid = w.pid
				}
			}
			late := 0
			for _, call := range calls {
				a := <-call
				if a.err == ErrTimeout {
					late++
				} else if !errors.Is(a.err, ErrFailed) || !strings.Contains(a.err.Error(), "same instance") {
					t.Errorf("another call: %s, %v", a.raw, a.err)
				}
			}
			if late != 1 {
				t.Errorf("%d calls of %d have timed out, want only one", late, len(calls))
			}
			wantGone(t, pid)
			if next := mustInvoke(t, f, `{}`); next.PID == pid {
				t.Errorf("process %d still answers", pid)
			}
		})
}

// wantGone checks that a process is there no more.
func wantGone(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d: %v", pid, err)
	}
}

// TestCallerLeaves: a caller that does not wait leaves its call running, which
// keeps its place.
func TestCallerLeaves(t *testing.T) {
	both(t, Config{Timeout: time.Minute}, func(t *testing.T, f *Function, _ *bytes.Buffer) {
		g := mustGate(t)
		ctx, cancel := context.WithCancel(context.Background())
		left := make(chan error, 1)
		go func() {
			_, err := f.Invoke(ctx, []byte(g.event("wait")))
			left <- err
		}()
		at := g.one(t)
		cancel()
		if err := <-left; err != context.Canceled {
			t.Errorf("got %v", err)
		}
		if a := invoke(f, `{}`); a.err != ErrBusy {
			t.Errorf("the place of a call that goes on: %s, %v", a.raw, a.err)
		}
		at.Close()
		a := invoke(f, `{}`)
		for ; a.err == ErrBusy; a = invoke(f, `{}`) {
			time.Sleep(time.Millisecond)
		}
		if a.err != nil || a.PID != at.pid {
			t.Errorf("process %d, then %d: %v", at.pid, a.PID, a.err)
		}
	})
}

// TestClose: a call that is under way fails, no process is left, whether it
// works or is frozen, and there are no more calls.
func TestClose(t *testing.T) {
	both(t, Config{Timeout: time.Minute, Instances: 2, Freeze: true}, func(t *testing.T, f *Function, _ *bytes.Buffer) {
		g := mustGate(t)
		call := begin(f, g.event("wait"))
		busy, idle := g.one(t).pid, mustInvoke(t, f, `{}`).PID
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if a := <-call; !errors.Is(a.err, ErrFailed) {
			t.Errorf("the call under way: %s, %v", a.raw, a.err)
		}
		wantGone(t, busy)
		wantGone(t, idle)
		if err := f.Provision(context.Background()); !errors.Is(err, ErrFailed) {
			t.Errorf("a new instance of what is closed: %v", err)
		}
		if a := invoke(f, `{}`); !errors.Is(a.err, ErrFailed) {
			t.Errorf("a call of what is closed: %s, %v", a.raw, a.err)
		}
	})
}

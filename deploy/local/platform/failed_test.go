package platform

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFailed: what is not an answer fails with a text that says why, and the next
// call is served: by the same process if that still lives.
func TestFailed(t *testing.T) {
	both(t, Config{}, func(t *testing.T, f *Function, log *bytes.Buffer) {
		lambda := f.initLimit > 0
		for _, row := range []struct {
			payload, text string
			dies          bool
		}{
			{`{"Do":"error","Arg":"no luck"}`, "no luck", false},
			// aws-lambda-go ends its process, Yandex's runtime does not
			{`{"Do":"panic","Arg":"out of range"}`, "out of range", lambda},
			{`junk`, "invalid character", false},
			{`{"Do":7}`, "cannot unmarshal number", false},
			{`{"Do":"exit"}`, "its process has ended: exit status 3", true},
			{`{"Do":"crash","Arg":"all at once"}`, "its process has ended: exit status 2", true},
		} {
			before := mustInvoke(t, f, `{}`)
			a := invoke(f, row.payload)
			if !errors.Is(a.err, ErrFailed) || !strings.Contains(a.err.Error(), row.text) {
				t.Errorf("%s: %s, %v; want %q", row.payload, a.raw, a.err, row.text)
			}
			if after := mustInvoke(t, f, `{}`); (after.PID != before.PID) != row.dies {
				t.Errorf("%s: process %d, then %d; it dies: %v", row.payload, before.PID, after.PID, row.dies)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if !strings.Contains(log.String(), "panic: all at once\n") {
			t.Errorf("the log does not say why the process crashed: %s", log)
		}
	})
}

// TestCrash: a process that ends takes all calls with it.
func TestCrash(t *testing.T) {
	t.Parallel()
	f, _ := mustPlugin(t, Config{Concurrency: 2, Timeout: time.Minute})
	g := mustGate(t)
	waits := begin(f, g.event("wait"))
	g.one(t)
	for _, a := range []answered{invoke(f, `{"Do":"exit"}`), <-waits} {
		if !errors.Is(a.err, ErrFailed) {
			t.Errorf("%s, %v", a.raw, a.err)
		}
	}
}

// TestIdleEnd: an instance that ends between two calls has no call to fail, so
// Close tells.
func TestIdleEnd(t *testing.T) {
	both(t, Config{}, func(t *testing.T, f *Function, _ *bytes.Buffer) {
		g := mustGate(t)
		before := mustInvoke(t, f, g.event("exit later"))
		in := only(f)
		g.one(t).Close()
		<-in.ended
		if after := mustInvoke(t, f, `{}`); after.PID == before.PID {
			t.Errorf("process %d still answers", after.PID)
		}
		if err := f.Close(); !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "exit status 4") {
			t.Errorf("Close says %v", err)
		}
	})
}

// TestDying: a call that comes while an instance dies has another one.
func TestDying(t *testing.T) {
	both(t, Config{}, func(t *testing.T, f *Function, _ *bytes.Buffer) {
		before := mustInvoke(t, f, `{}`)
		only(f).fault(failed("a test ends it"))
		if after := mustInvoke(t, f, `{}`); after.PID == before.PID {
			t.Errorf("process %d still answers", after.PID)
		}
		if err := f.Close(); err == nil || !strings.Contains(err.Error(), "a test ends it") {
			t.Errorf("Close says %v", err)
		}
	})
}

// TestNoStart: a program or a plugin that is none is not called.
func TestNoStart(t *testing.T) {
	t.Parallel()
	functions := map[string]*Function{
		"start": Lambda(filepath.Join(built, "none"), Config{}), "exit status 1": Lambda("/bin/false", Config{}),
	}
	if _, log := mustPlugin(t, Config{}); log != nil {
		host := filepath.Join(built, "host")
		functions["opening the plugin"] = Plugin(host, host, Config{})
		functions["starting it"] = Plugin(filepath.Join(built, "none"), filepath.Join(built, "function.so"), Config{})
	}
	for want, f := range functions {
		if a := invoke(f, `{}`); !errors.Is(a.err, ErrFailed) || !strings.Contains(a.err.Error(), want) {
			t.Errorf("%s: %s, %v", want, a.raw, a.err)
		}
		if err := f.Provision(context.Background()); !errors.Is(err, ErrFailed) ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("provisioned, %s: %v", want, err)
		}
		f.Close()
	}
}

// TestLarge: AWS Lambda takes no larger answer than it says.
func TestLarge(t *testing.T) {
	t.Parallel()
	f, _ := mustLambda(t, Config{})
	if a := invoke(f, `{"Do":"fill"}`); !errors.Is(a.err, ErrFailed) ||
		!strings.Contains(a.err.Error(), "the most is 6291456") {
		t.Errorf("%d bytes, %v", len(a.raw), a.err)
	}
	mustInvoke(t, f, `{}`)
}

package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFailed: what is no answer fails with a text that says why, and the next
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
	if err := programs(); err != nil {
		t.Fatal(err)
	}
	functions := map[string]*Function{
		"start": Lambda(filepath.Join(built, "none"), Config{}), "exit status 1": Lambda("/bin/false", Config{}),
		"no such file": Lambda(filepath.Join(built, "rogue"), Config{Env: []string{"ROGUE=init"}}),
	}
	if _, log := mustPlugin(t, Config{}); log != nil {
		functions["opening the plugin"] = Plugin(filepath.Join(built, "host"), filepath.Join(built, "rogue"), Config{})
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

// TestRuntimeAPI: what an instance may not say fails its call, and the
// instance gets no more of them.
func TestRuntimeAPI(t *testing.T) {
	t.Parallel()
	for do, want := range map[string]string{
		"skip":     "asks for the next event before it has answered",
		"stranger": `an outcome of "00000000-0000-4000-8000-000000000000", which is not due`,
		"twice":    "which is not due",
		"other":    "calls POST /2018-06-01/runtime/invocation/other",
		"large":    "a response of 6291457 bytes",
		"error":    `{"errorMessage":"no luck"}`,
		"largest":  "", "last": "", "good": "",
	} {
		f, _ := mustLambda(t, "rogue", Config{})
		answer, err := f.Invoke(context.Background(), []byte(do))
		if want == "" && (err != nil || len(answer) == 0) || want != "" &&
			(!errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %d bytes, %v; want %q", do, len(answer), err, want)
		}
		if answer, err := f.Invoke(context.Background(), []byte("good")); err != nil {
			t.Errorf("after %s: %s, %v", do, answer, err)
		}
		if err := f.Close(); err != nil {
			t.Errorf("after %s: %v", do, err)
		}
	}
}

// TestLambdaHeaders: what the Runtime API says of an event.
func TestLambdaHeaders(t *testing.T) {
	t.Parallel()
	var reports []Report
	f, _ := mustLambda(t, "rogue", Config{Name: "sealer", Deadline: time.Hour,
		Report: func(r Report) { reports = append(reports, r) }})
	begin := time.Now()
	var h http.Header
	raw, err := f.Invoke(context.Background(), []byte("good"))
	if err == nil {
		err = json.Unmarshal(raw, &h)
	}
	if err != nil {
		t.Fatal(err)
	}
	var deadline int64
	fmt.Sscan(h.Get("Lambda-Runtime-Deadline-Ms"), &deadline)
	if left := time.UnixMilli(deadline).Sub(begin); left < time.Hour-time.Millisecond || left > 2*time.Hour {
		t.Errorf("a call is told that it has %v", left)
	}
	if got := h.Get("Lambda-Runtime-Invoked-Function-Arn"); !strings.HasSuffix(got, ":function:sealer") {
		t.Errorf("the function is %s", got)
	}
	if len(reports) != 1 || reports[0].RequestID != h.Get("Lambda-Runtime-Aws-Request-Id") || reports[0].Init <= 0 ||
		reports[0].Duration <= 0 || reports[0].PID == 0 {
		t.Errorf("it reports %+v of %v", reports, h)
	}
}

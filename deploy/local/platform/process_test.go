package platform

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestEnvironment: a process has what its function was given and what the
// platform sets, and nothing of ours, and runs where its code is.
func TestEnvironment(t *testing.T) {
	t.Setenv("REKEY_OF_THE_TESTS", "1")
	for platform, names := range map[string]string{
		"plugin": "AWS_LAMBDA_RUNTIME_API LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT LD_LIBRARY_PATH PATH _HANDLER",
		"lambda": "AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME " +
			"AWS_LAMBDA_FUNCTION_VERSION " +
			"AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME " +
			"AWS_LAMBDA_RUNTIME_API AWS_REGION " +
			"AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT LANG PATH TZ _HANDLER " +
			"_X_AMZN_TRACE_ID",
	} {
		t.Run(platform, func(t *testing.T) {
			start := mustPlugin
			if platform == "lambda" {
				start = mustLambda
			}
			f, _ := start(t, Config{Env: []string{"GIVEN=yes", "PATH=/given"}})
			var got []string
			a := mustInvoke(t, f, `{}`)
			for _, kv := range a.Env {
				name, _, _ := strings.Cut(kv, "=")
				got = append(got, name)
			}
			slices.Sort(got)
			want := append([]string{"GIVEN"}, strings.Fields(names)...)
			slices.Sort(want)
			if !slices.Equal(got, want) || !slices.Contains(a.Env, "GIVEN=yes") ||
				!slices.Contains(a.Env, "PATH=/given") {
				t.Errorf(" got %q\nwant %q", a.Env, want)
			}
			if real, err := filepath.EvalSymlinks(built); a.Dir != real {
				t.Errorf("it runs in %s, want its own folder, %s (%v)", a.Dir, real, err)
			}
		})
	}
}

// TestContext: by its documentation Yandex's context has four values and no
// deadline.
func TestContext(t *testing.T) {
	t.Parallel()
	var reports []Report
	f, _ := mustPlugin(t, Config{Name: "sealer", Report: func(r Report) { reports = append(reports, r) }})
	a, again := mustInvoke(t, f, `{}`), mustInvoke(t, f, `{}`)
	if !a.Deadline.IsZero() || a.Values[0] != "sealer" || a.Values[1] == nil || a.Values[2] != 128.0 ||
		a.Values[3] == again.Values[3] {
		t.Errorf("the context has %v, then %v, and the deadline %v", a.Values, again.Values, a.Deadline)
	}
	if len(reports) != 2 || reports[0].RequestID != a.Values[3] || reports[0].Init <= 0 || reports[0].Duration <= 0 ||
		reports[0].PID != a.PID || reports[1].Init != 0 {
		t.Errorf("it reports %+v", reports)
	}
}

// TestLambdaContext: what the Runtime API says of a call.
func TestLambdaContext(t *testing.T) {
	t.Parallel()
	var reports []Report
	f, _ := mustLambda(t, Config{Name: "sealer", Deadline: time.Hour,
		Report: func(r Report) { reports = append(reports, r) }})
	begin := time.Now()
	a := mustInvoke(t, f, `{}`)
	if left := a.Deadline.Sub(begin); left < time.Hour-time.Millisecond || left > 2*time.Hour {
		t.Errorf("a call is told that it has %v", left)
	}
	if arn, _ := a.Values[0].(string); !strings.HasSuffix(arn, ":function:sealer") {
		t.Errorf("the function is %s", arn)
	}
	if len(reports) != 1 || reports[0].RequestID != a.Values[3] || reports[0].Init <= 0 ||
		reports[0].Duration <= 0 || reports[0].PID != a.PID {
		t.Errorf("it reports %+v of %v", reports, a.Values)
	}
}

// each keeps what every Write had.
type each struct {
	sync.Mutex
	all []string
}

func (e *each) Write(p []byte) (int, error) {
	e.Lock()
	defer e.Unlock()
	e.all = append(e.all, string(p))
	return len(p), nil
}

// TestLog: the log gets whole lines, one at a time, of standard output and of
// standard error, in the order of each, and the last one although it does not
// end.
func TestLog(t *testing.T) {
	t.Parallel()
	log := new(each)
	f, _ := mustLambda(t, Config{Log: log})
	for _, text := range []string{`one `, `line\ntwo\n\nthr`, `ee`} {
		mustInvoke(t, f, `{"Do":"print","Arg":"`+text+`"}`)
	}
	f.Close()
	slices.Sort(log.all)
	if want := []string{"\n", "\n", "one line\n", "one line\n", "three\n", "three\n", "two\n",
		"two\n"}; !slices.Equal(log.all, want) {
		t.Errorf("got %q", log.all)
	}
}

// TestProvision: an instance that waits is ready, counts, and gets the first
// call.
func TestProvision(t *testing.T) {
	both(t, Config{Freeze: true}, func(t *testing.T, f *Function, _ *bytes.Buffer) {
		if err := f.Provision(context.Background()); err != nil {
			t.Fatal(err)
		}
		pid := only(f).cmd.Process.Pid
		if err := f.Provision(context.Background()); err != ErrBusy {
			t.Errorf("a second one, where one may be: %v", err)
		}
		if a := mustInvoke(t, f, `{}`); a.PID != pid {
			t.Errorf("process %d waits, %d answers", pid, a.PID)
		}
	})
}

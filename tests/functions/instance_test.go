package functions_test

import (
	"bytes"
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rekey/deploy/local/platform"
)

// running is a function on one of its platforms, with a single instance.
type running struct {
	function *platform.Function
	log      *bytes.Buffer // once it has ended
	report   platform.Report
	end      func()
}

// mustLoad opens a function's plugin as Yandex Cloud Functions do, and waits
// until it is open. It takes 16 calls concurrently, and stands still between calls.
func mustLoad(t *testing.T, name string, env ...string) *running {
	t.Helper()
	dir := mustBuildPlugins(t)
	r := mustRun(t, platform.Config{Env: env, Concurrency: 16, Freeze: true},
		func(c platform.Config) *platform.Function {
			return platform.Plugin(filepath.Join(dir, "host"), filepath.Join(dir, name+".so"), c)
		})
	if err := r.function.Provision(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

// mustInit is a function on AWS Lambda. Its first call starts it, and it
// stands still between calls.
func mustInit(t *testing.T, name string, env ...string) *running {
	t.Helper()
	return mustStart(t, mustBuild(t, name), platform.Config{Env: env, Freeze: true})
}

// mustStart is any program, in AWS Lambda's loop.
func mustStart(t *testing.T, program string, c platform.Config) *running {
	t.Helper()
	return mustRun(t, c, func(c platform.Config) *platform.Function { return platform.Lambda(program, c) })
}

func mustRun(t *testing.T, c platform.Config, start func(platform.Config) *platform.Function) *running {
	t.Helper()
	r := &running{log: new(bytes.Buffer)}
	var mu sync.Mutex
	c.Log, c.Timeout = r.log, 20*time.Second
	c.Report = func(report platform.Report) {
		mu.Lock()
		defer mu.Unlock()
		r.report = report
	}
	r.function = start(c)
	r.end = sync.OnceFunc(func() {
		if err := r.function.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(r.end)
	return r
}

// call makes one call and understands its answer.
func (r *running) call(t testing.TB, payload string) answer {
	t.Helper()
	raw, err := r.function.Invoke(context.Background(), []byte(payload))
	if err != nil {
		r.end()
		t.Fatalf("the platform drops the answer: %v; the log is %s", err, r.log)
	}
	return understand(t, raw)
}

// callAll makes several calls concurrently.
func (r *running) callAll(t testing.TB, payloads ...string) []answer {
	t.Helper()
	raw, errs := make([][]byte, len(payloads)), make([]error, len(payloads))
	var done sync.WaitGroup
	for i, payload := range payloads {
		done.Add(1)
		go func() {
			defer done.Done()
			raw[i], errs[i] = r.function.Invoke(context.Background(), []byte(payload))
		}()
	}
	done.Wait()
	all := make([]answer, len(payloads))
	for i, err := range errs {
		if err != nil {
			t.Fatalf("the platform drops the answer: %v", err)
		}
		all[i] = understand(t, raw[i])
	}
	return all
}

package functions_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// running is a function's process in the loop of AWS Lambda.
type running struct {
	api            *runtimeAPI
	pid            int
	count          int
	stdout, stderr *bytes.Buffer // once it has ended
	exited         chan struct{}
	end            func()
}

// mustInit starts a function as AWS Lambda does.
func mustInit(t *testing.T, name string, env ...string) *running {
	t.Helper()
	return mustStart(t, mustBuild(t, name), env...)
}

func mustStart(t *testing.T, program string, env ...string) *running {
	t.Helper()
	api, address := newRuntimeAPI(t)
	c, stdout, stderr := clean(t, program, nil, append(env, "AWS_LAMBDA_RUNTIME_API="+address, "AWS_LAMBDA_FUNCTION_NAME=rekey"))
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	l := &running{api: api, pid: c.Process.Pid, stdout: stdout, stderr: stderr, exited: make(chan struct{})}
	go func() {
		c.Wait() // says that it was killed
		close(l.exited)
	}()
	l.end = func() {
		c.Process.Kill()
		<-l.exited
	}
	t.Cleanup(l.end)
	return l
}

// invoke hands over one event and returns what became of it.
func (l *running) invoke(t testing.TB, payload string, left time.Duration) report {
	t.Helper()
	l.count++
	l.api.events <- event{fmt.Sprintf("8476a536-e9f4-11e8-9739-%012d", l.count), payload, time.Now().Add(left)}
	select {
	case r := <-l.api.done:
		return r
	case <-l.exited:
		t.Fatalf("the function has ended: %s%s", l.stdout, l.stderr)
	case <-time.After(20 * time.Second):
		t.Fatal("there is no outcome after 20 s")
	}
	panic("unreachable")
}

// call makes one invocation with ten seconds left, and understands its answer.
func (l *running) call(t testing.TB, payload string) answer {
	t.Helper()
	return l.invoke(t, payload, 10*time.Second).answer(t)
}

func (r report) answer(t testing.TB) answer {
	t.Helper()
	if r.kind != "response" {
		t.Fatalf("the function reports an %s: %s", r.kind, r.body)
	}
	return understand(t, r.body)
}

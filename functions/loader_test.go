package functions_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// loaded is a plugin in a process of its own: one that was built by another
// version of Go ends the process that opens it.
type loaded struct {
	in     *json.Encoder
	out    *json.Decoder
	log    *bytes.Buffer // what it wrote to standard output, once it has ended
	opened time.Duration
	end    func()
}

// outcome is what the loader says of a call.
type outcome struct {
	Answer json.RawMessage
	Error  string
	Took   time.Duration
}

// mustLoad opens a function's plugin.
func mustLoad(t *testing.T, name string, env ...string) *loaded {
	t.Helper()
	dir := mustBuildPlugins(t)
	c, stdout, stderr := clean(t, filepath.Join(dir, "loader"), []string{filepath.Join(dir, name+".so")}, env)
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	outcomes, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c.ExtraFiles = []*os.File{write}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	ended := false
	l := &loaded{in: json.NewEncoder(stdin), out: json.NewDecoder(outcomes), log: stdout}
	l.end = func() {
		if ended {
			return
		}
		ended = true
		stdin.Close()
		rest, _ := io.ReadAll(outcomes)
		if err := c.Wait(); err != nil || len(rest) > 1 {
			t.Errorf("the loader of %s: %v, %q: %s", name, err, rest, stderr)
		}
	}
	t.Cleanup(l.end)
	if err := l.out.Decode(&l.opened); err != nil {
		l.end()
		t.Fatalf("%s.so does not open: %v", name, err)
	}
	return l
}

// callAll makes several calls at once.
func (l *loaded) callAll(t testing.TB, payloads ...string) (all []outcome) {
	t.Helper()
	if err := l.in.Encode(payloads); err != nil {
		t.Fatal(err)
	}
	if err := l.out.Decode(&all); err != nil || len(all) != len(payloads) {
		t.Fatalf("%d outcomes of %d calls: %v", len(all), len(payloads), err)
	}
	return all
}

// call makes one call and understands its answer.
func (l *loaded) call(t testing.TB, payload string) answer {
	t.Helper()
	return l.callAll(t, payload)[0].answer(t)
}

func (o outcome) answer(t testing.TB) answer {
	t.Helper()
	if o.Error != "" {
		t.Fatalf("the platform drops the answer: %s", o.Error)
	}
	return understand(t, o.Answer)
}

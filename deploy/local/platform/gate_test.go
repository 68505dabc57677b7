package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"testing"
	"time"
)

// gate is where calls that wait come to, and go on from.
type gate struct{ net.Listener }

func mustGate(t *testing.T) gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return gate{l}
}

func (g gate) event(do string) string {
	return fmt.Sprintf(`{"Do":%q,"Arg":%q}`, do, g.Addr())
}

// waiting is one call at the gate.
type waiting struct {
	net.Conn
	pid int
}

// one is the next call that comes.
func (g gate) one(t *testing.T) (w waiting) {
	t.Helper()
	g.Listener.(*net.TCPListener).SetDeadline(time.Now().Add(time.Minute))
	var err error
	if w.Conn, err = g.Accept(); err == nil {
		_, err = fmt.Fscanln(w, &w.pid)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// answered is what Invoke returned.
type answered struct {
	raw []byte
	err error
	PID int
	Dir string
	Env []string

	Deadline time.Time
	Values   [4]any
}

func invoke(f *Function, payload string) (a answered) {
	if a.raw, a.err = f.Invoke(context.Background(), []byte(payload)); a.err == nil {
		a.err = json.Unmarshal(a.raw, &a)
	}
	return a
}

// begin makes a call and returns immediately.
func begin(f *Function, payload string) <-chan answered {
	c := make(chan answered, 1)
	go func() { c <- invoke(f, payload) }()
	return c
}

func mustInvoke(t *testing.T, f *Function, payload string) answered {
	t.Helper()
	a := invoke(f, payload)
	if a.err != nil {
		t.Fatalf("%s: %v", payload, a.err)
	}
	return a
}

// only is the instance that a function has.
func only(f *Function) *instance {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.instances[0]
}

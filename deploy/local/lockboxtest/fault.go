package lockboxtest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Fault is what goes wrong, and for which calls. It waits for Latency first,
// then does Meanwhile and the one of Hang, Reset and Code that is set; with
// Latency only the call is slow.
type Fault struct {
	Method string // the end of a name, from a slash or a dot on; empty: every method
	Secret string // the id; empty: every secret, and calls without one
	Skip   int    // so many calls go well first
	Times  int    // then so many fail; 0: all of them

	Latency time.Duration
	Code    codes.Code
	Text    string // said with Code, in place of the test's own
	Hang    bool   // no answer until the client gives up
	Reset   bool   // all TCP connections are reset, with every call on them

	// After: the call is carried out first, and only its answer is lost.
	After bool
	// Meanwhile is what somebody else does while the call is on its way: before
	// it is carried out, or After. It may call the server.
	Meanwhile func()
	// Operation: Code is the result of the operation that the call starts,
	// not of the call. Nothing is changed.
	Operation bool
}

// faults are tried in the order in which they were injected: the first that
// matches a call strikes.
type faults struct {
	mu   sync.Mutex
	list []*Fault
}

// Inject adds a fault, until it is used up or remove is called.
func (s *Server) Inject(f Fault) (remove func()) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &f)
	return func() {
		s.faults.mu.Lock()
		defer s.faults.mu.Unlock()
		s.faults.remove(&f)
	}
}

// Heal removes all injected faults. Calls that hang go on hanging.
func (s *Server) Heal() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

func (l *faults) remove(f *Fault) {
	l.list = slices.DeleteFunc(l.list, func(g *Fault) bool { return g == f })
}

// of tells a method by its full name.
func (f *Fault) of(method string) bool {
	rest, ok := strings.CutSuffix(method, f.Method)
	return f.Method == "" || ok && (rest == "" || strings.HasSuffix(rest, "/") || strings.HasSuffix(rest, "."))
}

// next is the fault that strikes this call, and uses it up; a harmless one if
// there is none.
func (l *faults) next(method, secret string) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.list {
		if !f.of(method) || f.Secret != "" && f.Secret != secret {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times == 1 {
			l.remove(f)
		}
		f.Times-- // 0, all of them, never comes to 1
		return *f
	}
	return Fault{}
}

// strike does what the fault does to a call. An error is the call's answer.
func (n *network) strike(ctx context.Context, f Fault) error {
	select {
	case <-time.After(f.Latency):
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
	if f.Meanwhile != nil {
		f.Meanwhile()
	}
	switch {
	case f.Hang:
		<-ctx.Done()
		return status.FromContextError(ctx.Err()).Err()
	case f.Reset:
		n.each((*conn).reset)
		return status.Error(codes.Unavailable, "the connections were reset")
	case f.Operation:
		return nil
	}
	return f.status().Err() // nil for OK
}

func (f Fault) status() *status.Status {
	return status.New(f.Code, cmp.Or(f.Text, "a fault of the test"))
}

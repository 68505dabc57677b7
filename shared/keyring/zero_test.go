package keyring

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// With a TTL of 0 the store is asked at each request, however fast they come:
// our own limit is not for what is in use. Nor is it with a short TTL.
func TestZeroTTLHasNoLimit(t *testing.T) {
	for _, ttl := range []time.Duration{0, -1, 1} {
		r := newRing(t, Options{TTL: ttl})
		for range 3000 {
			r.clock.pass(2)
			r.serves("in a loop", "k", "v1", 1)
			r.serves("in a loop", "k", "", 1)
		}
	}
}

// patient is the context of a caller who can be seen to wait.
type patient struct {
	context.Context
	waits *atomic.Int64
}

func (p patient) Done() <-chan struct{} {
	p.waits.Add(1)
	return p.Context.Done()
}

// behind has callers wait while a load is under way from before they came.
func (r *ring) behind(g gate, q question, callers int) (first <-chan outcome, before *call, others []<-chan outcome) {
	r.t.Helper()
	r.store.answer(g.hook)
	first = r.goGet(background, q)
	before = receive(r.t, "load", g)
	var waits atomic.Int64
	for range callers {
		others = append(others, r.goGet(patient{background, &waits}, q))
	}
	r.until("callers wait", func() bool { return waits.Load() == int64(callers) })
	return first, before, others
}

// Nobody is answered with a read that began before he came, and all who come
// while one is under way share the next.
func TestZeroTTLSharesTheNextRead(t *testing.T) {
	const callers = 500
	r := newRing(t, Options{})
	g := make(gate, callers)
	q := question{"k", "v1"}
	first, before, others := r.behind(g, q, callers)
	r.waiting(q, 1)
	before.found()
	old := receive(t, "first", first).version
	next := receive(t, "the next load", g)
	r.waiting(q, callers)
	next.found()
	for _, c := range others {
		if o := receive(t, "caller", c); o.err != nil || o.version == old {
			t.Fatalf("got %v, %v, and from before he came: %v", o.version, o.err, o.version == old)
		}
	}
	if n := r.store.reads(); n != 2 {
		t.Errorf("got %d reads, want 2", n)
	}
}

// An outage is not waited for twice.
func TestZeroTTLSharesAFailure(t *testing.T) {
	r := newRing(t, Options{})
	_, before, others := r.behind(make(gate, 9), question{"k", "v1"}, 1)
	before.fail(ErrTimeout)
	if o := receive(t, "caller", others[0]); !errors.Is(o.err, ErrTimeout) || r.store.reads() != 1 {
		t.Errorf("got %v, %v, want the failure of the one read", o.version, o.err)
	}
}

// Who leaves while he waits for a load that is not his ends nobody's.
func TestZeroTTLWaiterLeaves(t *testing.T) {
	r := newRing(t, Options{})
	g := make(gate, 9)
	r.store.answer(g.hook)
	first := r.goGet(background, question{"k", "v1"})
	before := receive(t, "load", g)
	ctx, cancel := context.WithCancel(background)
	var waits atomic.Int64
	other := r.goGet(patient{ctx, &waits}, question{"k", "v1"})
	r.until("he waits", func() bool { return waits.Load() == 1 })
	cancel()
	if o := receive(t, "who leaves", other); o.err != context.Canceled {
		t.Errorf("got %v, %v", o.version, o.err)
	}
	before.found()
	if o := receive(t, "first", first); o.err != nil {
		t.Errorf("first: got %v", o.err)
	}
}

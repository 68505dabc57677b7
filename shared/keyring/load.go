package keyring

import (
	"context"
	"errors"
	"time"

	"rekey/shared/key"
)

const (
	// coldTimeout ends a load when nothing can be served instead.
	coldTimeout = 5 * time.Second
	// staleTimeout ends a load when a stale entry can.
	staleTimeout = time.Second
	// maxJoinAge is the age of a load that nobody joins any more: it may have
	// been frozen with its instance and never end.
	maxJoinAge = 3 * time.Second
	// frozenAge is the age of an answer that was under way while its instance
	// stood still: the longest deadline, and time for its last words.
	frozenAge = coldTimeout + time.Second
	// maxLoads is how many loads a caller waits for, when each is thrown away.
	maxLoads = 3
)

// errDiscarded tells the waiters of a load to load again.
var errDiscarded = errors.New("load was discarded")

// load is one read of the store, for all who ask the same meanwhile. It has
// a context of its own, which ends when the last of them has left.
type load struct {
	asked  question
	number uint64 // loads are numbered in the order in which they begin
	begun  stamp
	ctx    context.Context
	cancel context.CancelFunc

	waiters   int                    // protected by Keyring.mu, as are the next two
	discarded bool                   // what it brings is thrown away
	denied    map[key.VersionID]bool // versions that it must not bring any more

	done   chan struct{} // closed when there is an answer, or
	answer *Version
	err    error
}

// ask answers q when there is no fresh entry.
func (r *Keyring) ask(ctx context.Context, q question) (*Version, error) {
	if r.allowed != nil && !r.allowed[q.key] {
		return nil, errNotAllowed
	}
	for range maxLoads {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l, version, err := r.join(q)
		if l == nil {
			return version, err
		}
		select {
		case <-l.done:
		case <-ctx.Done():
			r.leave(l)
			return nil, ctx.Err()
		}
		if l.err != errDiscarded {
			return l.answer, l.err
		}
	}
	return r.giveUp(q)
}

// join returns the load to wait for, or the answer without one.
func (r *Keyring) join(q question) (*load, *Version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	h := r.holdings[q.key]
	if e := h.entry(q.version); r.serves(e, now) {
		return nil, e.version, nil
	}
	if err := r.denied(q, now); err != nil {
		return nil, nil, err
	}
	if h != nil {
		if l := h.current[q.version]; l != nil && l.begun.age(now) <= maxJoinAge {
			l.waiters++
			return l, nil, nil
		}
	}
	return r.begin(q, now), nil, nil
}

// begin starts a load, with one waiter.
func (r *Keyring) begin(q question, now stamp) *load {
	h := r.holding(q.key)
	timeout := coldTimeout
	if r.bears(h.entry(q.version), now) {
		timeout = staleTimeout
	}
	r.begun++
	l := &load{asked: q, number: r.begun, begun: now, waiters: 1, done: make(chan struct{})}
	l.ctx, l.cancel = r.timeout(context.Background(), timeout)
	h.current[q.version] = l
	h.running[l] = struct{}{}
	go r.run(l)
	return l
}

// leave is for a waiter whose own context has ended. The last one ends l.
func (r *Keyring) leave(l *load) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.waiters--
	if h := r.holdings[l.asked.key]; l.waiters == 0 && h != nil {
		h.forsake(l)
	}
}

// run makes the load and wakes its waiters.
func (r *Keyring) run(l *load) {
	defer l.cancel()
	version, err := r.read(l)
	if w := r.settle(l, version, err); w != nil {
		r.log.Warn(w.message, w.ids...)
	}
	close(l.done)
}

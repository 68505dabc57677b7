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
	// staleTimeout ends a load when a stale entry can be served instead, at its
	// end too: or a store that takes so long would be UNAVAILABLE forever
	// where the grace ends a moment after the TTL.
	staleTimeout = time.Second
	// maxJoinAge is the age from which nobody joins a load: it may have
	// been frozen with its instance and never end.
	maxJoinAge = 3 * time.Second
	// frozenAge is the age of an answer that was under way while its instance
	// stood still: the longest deadline, and time for its last words.
	frozenAge = coldTimeout + time.Second
	// maxLoads is how many loads a caller waits for, when each is thrown away.
	maxLoads = 3
)

// errDiscarded makes the waiters of a load load again.
var errDiscarded = errors.New("load was discarded")

// load is one read of the store, for all who ask the same meanwhile. It has
// its own context, which ends when the last of them has left.
type load struct {
	asked  question
	number uint64 // loads are numbered in the order in which they begin
	begun  stamp
	ctx    context.Context
	cancel context.CancelFunc

	waiters     int                    // protected by Keyring.mu, as are the next four
	freshFor    time.Duration          // for how long an entry of what it brings
	invalidated bool                   // a negative answer came that may be about what it brings
	discarded   bool                   // its result is thrown away
	denied      map[key.VersionID]bool // versions that it must no longer bring

	done   chan struct{} // closed when there is an answer, or
	answer *Version
	err    error
}

// ask answers q when there is no fresh entry.
func (r *Keyring) ask(ctx context.Context, q question) (*Version, error) {
	if r.allowed != nil && !r.allowed[q.key] {
		return nil, errNotAllowed
	}
	tooOld := r.tooOld()
	for loads, retried := 0, false; loads < maxLoads; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l, version, err := r.join(q, tooOld)
		if l == nil {
			return version, err
		}
		if err := r.wait(ctx, l, l.number > tooOld); err != nil {
			return nil, err
		}
		switch {
		case l.number <= tooOld && l.err == nil:
			continue // an answer from before
		case l.err == errDiscarded:
		case l.err == nil && l.invalidated && !retried: // the next one begins after that answer
			retried = true
		default:
			return l.answer, l.err
		}
		loads++
	}
	return r.giveUp(q)
}

// tooOld is the number of the last load whose answer is too old for a caller who
// comes now: with a TTL of 0, each that has begun.
func (r *Keyring) tooOld() uint64 {
	if r.ttl > 0 {
		return 0
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.begun
}

// wait waits for the end of l, as one of its waiters or not.
func (r *Keyring) wait(ctx context.Context, l *load, waiter bool) error {
	select {
	case <-l.done:
		return nil
	case <-ctx.Done():
		if waiter {
			r.leave(l)
		}
		return ctx.Err()
	}
}

// join returns the load to wait for, or the answer without one. Of a load that
// is too old the caller does not wait for it: it shares the next one with all who come
// meanwhile.
func (r *Keyring) join(q question, tooOld uint64) (*load, *Version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	c := r.cached[q.key]
	if e := c.entry(q.version); r.serves(e, now) {
		return nil, e.version, nil
	}
	if err := r.denied(q, now); err != nil {
		return nil, nil, err
	}
	if c != nil {
		if l := c.current[q.version]; l != nil && l.begun.age(now) <= maxJoinAge {
			if l.number > tooOld {
				l.waiters++
			}
			return l, nil, nil
		}
	}
	return r.begin(q, now), nil, nil
}

// begin starts a load, with one waiter.
func (r *Keyring) begin(q question, now stamp) *load {
	c := r.keyCache(q.key)
	timeout := coldTimeout
	if r.withinGrace(c.entry(q.version), now.plus(staleTimeout)) {
		timeout = staleTimeout
	}
	r.begun++
	l := &load{asked: q, number: r.begun, begun: now, waiters: 1, freshFor: r.freshFor(), done: make(chan struct{})}
	l.ctx, l.cancel = r.timeout(context.Background(), timeout)
	c.current[q.version] = l
	c.running[l] = struct{}{}
	go r.run(l)
	return l
}

// freshFor is for how long an answer is served without asking.
func (r *Keyring) freshFor() time.Duration {
	if r.ttl <= 0 {
		return never
	}
	return r.ttl
}

// leave is for a waiter whose own context has ended. The last one ends l.
func (r *Keyring) leave(l *load) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.waiters--
	if c := r.cached[l.asked.key]; l.waiters == 0 && c != nil {
		c.cancel(l)
	}
}

// run makes the load and wakes its waiters.
func (r *Keyring) run(l *load) {
	defer l.cancel()
	version, err := r.read(l)
	if w := r.finish(l, version, err); w != nil {
		r.log.Warn(w.message, w.ids...)
	}
	close(l.done)
}

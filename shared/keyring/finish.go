package keyring

import (
	"errors"
	"time"
)

// invalidateEvery is the least time between two negative answers that
// invalidate immediately what else is cached of a key: a caller who asks for
// versions that do not exist must not switch the cache off.
const invalidateEvery = time.Second

// warning is a line for the operator's log, written outside the lock.
type warning struct {
	message string
	ids     []any
}

// finish takes the result of l into the cache and sets l's answer.
func (r *Keyring) finish(l *load, version *Version, err error) (w *warning) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.makeRoom(2) // an answer about the primary is two entries
	}
	c := r.cached[l.asked.key]
	before := len(c.entries)
	defer func() {
		r.size += len(c.entries) - before
		r.dropEmpty(l.asked.key)
	}()
	c.cancel(l)
	delete(c.running, l)
	e := c.entry(l.asked.version)
	superseded := e != nil && e.load > l.number // its question has a later answer
	switch {
	case Negative(err) && (l.discarded || superseded):
		c.expire(l.asked.version, err) // it may be out of date, and is heeded all the same
		l.err = errDiscarded
	case Negative(err):
		r.deny(c, l, err)
	case r.frozen(l):
		l.err = errDiscarded
	case superseded:
		l.answer = e.version
	case l.discarded, err == nil && l.denied[version.ID]:
		l.err = errDiscarded
	case err == nil && l.invalidated:
		l.answer = version
	case err == nil:
		w = r.accept(c, l, version)
	case errors.Is(err, ErrUnauthenticated), l.waiters == 0:
		l.err = err
	case errors.Is(err, ErrExhausted):
		l.answer, l.err = r.withinTTL(l.asked, err)
	default:
		l.answer, w, l.err = r.serveStale(l.asked, err)
	}
	return w
}

// frozen reports whether l has outlived its deadline, so that it must have
// stood still in between: what it brings was true long ago, or says only that
// a connection has died meanwhile.
func (r *Keyring) frozen(l *load) bool { return l.begun.age(r.now()) > frozenAge }

// accept takes a positive answer. One to a primary question also confirms
// the version by its id; the reverse does not hold.
func (r *Keyring) accept(c *keyCache, l *load, version *Version) (w *warning) {
	if p := c.entry(l.asked.version); p != nil && p.version.ID != version.ID {
		w = &warning{"primary version has changed", []any{"key", l.asked.key, "from", p.version.ID, "to", version.ID}}
	}
	l.answer = version
	for _, v := range []question{l.asked, {l.asked.key, version.ID}} {
		c.confirm(v.version, l, version)
		r.negatives.remove(v)
		r.answered.put(v, struct{}{})
	}
	c.discard(func(o *load) bool { return o.asked == l.asked && o.number < l.number })
	return w
}

// deny takes a negative answer, immediately.
func (r *Keyring) deny(c *keyCache, l *load, err error) {
	now := r.now()
	l.err = err
	r.negatives.put(l.asked, negative{err, now})
	if l.asked.version != "" && !aboutKey(err) {
		r.answered.remove(l.asked)
	}
	cached := c.expire(l.asked.version, err)
	c.invalidate(now, cached || aboutKey(err))
	c.discard(func(o *load) bool { return o.asked == l.asked })
	c.exclude(l.asked.version)
}

// serveStale is the answer to q when the store gave none: the entry while it is
// within the bound, and then for retryAfter without asking; or the error.
func (r *Keyring) serveStale(q question, err error) (*Version, *warning, error) {
	now := r.now()
	c := r.cached[q.key]
	e := c.entry(q.version)
	if !r.withinGrace(e, now) {
		return nil, nil, err
	}
	c.entries[q.version] = e.unanswered(now)
	age := e.confirmed.age(now).Round(time.Millisecond).Seconds()
	return e.version, &warning{"store does not answer: serving a stale version",
		[]any{"key", q.key, "version", e.version.ID, "age", age, "error", err}}, nil
}

// withinTTL is the answer to q when the store could give one and was not asked,
// would not be asked, or was not understood: then the TTL is the bound, and not
// the grace. What a caller can use up is not an outage.
func (r *Keyring) withinTTL(q question, err error) (*Version, error) {
	e := r.cached[q.key].entry(q.version)
	if e == nil || r.ttl <= 0 || e.confirmed.age(r.now()) > r.ttl {
		return nil, err
	}
	return e.version, nil
}

// giveUp is the answer when every load for q was thrown away.
func (r *Keyring) giveUp(q question) (*Version, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.withinTTL(q, ErrUnavailable)
}

package keyring

import (
	"errors"
	"time"
)

// doubtEvery is the least time between two negative answers that make the
// other entries of a key suspect: a caller who asks for versions that do not
// exist must not switch the cache off.
const doubtEvery = time.Second

// warning is a line for the operator's log, written outside the lock.
type warning struct {
	message string
	ids     []any
}

// settle takes what l has brought into the cache and sets l's answer.
func (r *Keyring) settle(l *load, version *Version, err error) (w *warning) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.makeRoom(2) // an answer about the primary is two entries
	}
	h := r.holdings[l.asked.key]
	before := len(h.entries)
	defer func() {
		r.size += len(h.entries) - before
		r.tidy(l.asked.key)
	}()
	h.forsake(l)
	delete(h.running, l)
	if e := h.entry(l.asked.version); l.discarded || e != nil && e.load > l.number {
		l.err = errDiscarded // its question has a later answer
		return nil
	}
	switch {
	case err == nil:
		w = r.accept(h, l, version)
	case Negative(err):
		r.deny(h, l, err)
	case errors.Is(err, ErrUnauthenticated), l.waiters == 0:
		l.err = err
	default:
		l.answer, w, l.err = r.fallBack(l.asked, err)
	}
	return w
}

// accept takes a positive answer. One to a primary question also confirms
// the version by its id; the reverse does not hold.
func (r *Keyring) accept(h *holding, l *load, version *Version) (w *warning) {
	if p := h.entry(l.asked.version); p != nil && p.version.ID != version.ID {
		w = &warning{"primary version has changed", []any{"key", l.asked.key, "from", p.version.ID, "to", version.ID}}
	}
	l.answer = version
	for _, v := range []question{l.asked, {l.asked.key, version.ID}} {
		h.confirm(v.version, l, version)
		r.negatives.remove(v)
	}
	h.discard(func(o *load) bool { return o.asked == l.asked && o.number < l.number })
	return w
}

// deny takes a negative answer, at once.
func (r *Keyring) deny(h *holding, l *load, err error) {
	now := r.now()
	l.err = err
	r.negatives.put(l.asked, negative{err, now})
	held := h.remove(l.asked.version)
	if aboutKey(err) {
		clear(h.entries)
	}
	due := h.doubted.age(now) >= doubtEvery
	if due {
		h.doubt(now)
	}
	h.discard(func(o *load) bool { return due || held || concerns(err, l.asked, o.asked) })
}

// concerns reports whether a denial of one question says anything about the
// answer to another of the same key. A version that was never there or has
// long been destroyed says nothing about the others, and anybody can ask for
// one: it must not stop the loads of all the others.
func concerns(err error, denied, other question) bool {
	switch {
	case !aboutVersion(err), denied == other:
		return true
	case errors.Is(err, ErrNoVersion):
		return false
	}
	return other.version == "" // which may bring the version that was denied
}

// fallBack is the answer to q when the store gave none: the entry while it is
// within the bound, and then for retryAfter without asking; or the error.
func (r *Keyring) fallBack(q question, err error) (*Version, *warning, error) {
	now := r.now()
	h := r.holdings[q.key]
	e := h.entry(q.version)
	if !r.bears(e, now) {
		return nil, nil, err
	}
	h.entries[q.version] = e.unanswered(now)
	age := e.confirmed.age(now).Round(time.Millisecond)
	return e.version, &warning{"store does not answer: serving a stale version",
		[]any{"key", q.key, "version", e.version.ID, "age", age, "error", err}}, nil
}

// giveUp is the answer when every load for q was thrown away.
func (r *Keyring) giveUp(q question) (*Version, error) {
	r.mu.Lock()
	version, w, err := r.fallBack(q, ErrUnavailable)
	r.mu.Unlock()
	if w != nil {
		r.log.Warn(w.message, w.ids...)
	}
	return version, err
}

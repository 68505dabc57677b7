package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// cancelGrace is how long a driver has after the end of its context to
// return. One that hangs on, as in a file of a disk that has gone, keeps no
// caller from what may be served instead.
const cancelGrace = 100 * time.Millisecond

// retryDelay is the time after which an unknown version of an existing key is
// read once more: it may be so new that not all of the store knows it.
const retryDelay = 200 * time.Millisecond

// read asks the store, and once more if need be.
func (r *Keyring) read(l *load) (*Version, error) {
	version, err := r.readOnce(l)
	if !errors.Is(err, ErrNoVersion) || !r.mayBeNew(l.asked) {
		return version, err
	}
	select {
	case <-r.after(retryDelay):
		return r.readOnce(l)
	case <-l.ctx.Done():
		return nil, noAnswer(l.ctx, l.ctx.Err())
	}
}

// mayBeNew reports whether q is a version of a key that is there, and was not
// there itself: what was cached and is now unknown is dropped immediately.
func (r *Keyring) mayBeNew(q question) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	c := r.cached[q.key]
	return q.version != "" && c != nil && len(c.entries) > 0 && c.entry(q.version) == nil
}

// readOnce asks the store, if that is admitted.
func (r *Keyring) readOnce(l *load) (*Version, error) {
	if err := r.admit(l.asked); err != nil {
		return nil, err
	}
	version, err := r.call(l)
	switch {
	case err != nil && (Negative(err) || errors.Is(err, ErrUnauthenticated)):
		return nil, err
	case err != nil:
		return nil, noAnswer(l.ctx, err)
	case !answers(version, l.asked):
		return nil, fmt.Errorf("%w: it answered with another version than was asked for", ErrUnavailable)
	}
	return version, nil
}

// call asks the driver, and waits no longer than for its last words.
func (r *Keyring) call(l *load) (*Version, error) {
	said := make(chan saying, 1)
	go r.listen(l, said)
	select {
	case s := <-said:
		return s.version, s.err
	case <-l.ctx.Done():
	}
	select {
	case s := <-said:
		return s.version, s.err
	case <-r.after(cancelGrace):
		return nil, l.ctx.Err()
	}
}

// saying is what a driver returned.
type saying struct {
	version *Version
	err     error
}

// listen passes on what the driver says. Its panic is an answer that did not
// come: here it would end the process and not one request.
func (r *Keyring) listen(l *load, said chan<- saying) {
	var s saying
	defer func() {
		if p := recover(); p != nil {
			s = saying{err: fmt.Errorf("%w: its driver panicked with a %T", ErrUnavailable, p)}
		}
		r.ended()
		said <- s
	}()
	s.version, s.err = r.store.Get(l.ctx, l.asked.key, l.asked.version)
}

func answers(v *Version, q question) bool {
	return v != nil && v.Key != nil && v.KeyID == q.key && v.ID != "" && (q.version == "" || v.ID == q.version)
}

// noAnswer gives err one of the sentinels. The load's context is not that of
// a caller, who must not take its end for that of his own: context errors
// lose their identity.
func noAnswer(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, ErrExhausted): // also in the last moment
		return err
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() == context.DeadlineExceeded:
		return fmt.Errorf("%w: %v", ErrTimeout, err)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %v", ErrUnavailable, err)
	case errors.Is(err, ErrUnavailable), errors.Is(err, ErrTimeout):
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

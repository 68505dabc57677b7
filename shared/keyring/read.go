package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// secondLook is after what time an unknown version of a key that is there is
// asked for once more: it may be so new that not all of the store knows it.
const secondLook = 200 * time.Millisecond

// read asks the store, and once more if need be.
func (r *Keyring) read(l *load) (*Version, error) {
	version, err := r.readOnce(l)
	if l.asked.version == "" || !errors.Is(err, ErrNoVersion) || !r.live(l) {
		return version, err
	}
	select {
	case <-r.after(secondLook):
		return r.readOnce(l)
	case <-l.ctx.Done():
		return nil, noAnswer(l.ctx, l.ctx.Err())
	}
}

// live reports whether anything is held of the key.
func (r *Keyring) live(l *load) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	h := r.holdings[l.asked.key]
	return h != nil && len(h.entries) > 0
}

// readOnce takes a token and asks the store. A panic of its driver is an
// answer that did not come: here it would end the process and not one request.
func (r *Keyring) readOnce(l *load) (version *Version, err error) {
	defer func() {
		if p := recover(); p != nil {
			version, err = nil, fmt.Errorf("%w: its driver panicked with a %T", ErrUnavailable, p)
		}
	}()
	if !r.take(l) {
		return nil, ErrExhausted
	}
	version, err = r.store.Get(l.ctx, l.asked.key, l.asked.version)
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

func (r *Keyring) take(l *load) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	confirms := r.holdings[l.asked.key].entry(l.asked.version) != nil
	return r.limiter.take(l.asked.key, confirms, r.now())
}

func answers(v *Version, q question) bool {
	return v != nil && v.KeyID == q.key && v.ID != "" && (q.version == "" || v.ID == q.version)
}

// noAnswer gives err one of the sentinels. The load's context is not that of
// a caller, who must not take its end for that of his own: context errors
// lose their identity.
func noAnswer(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() == context.DeadlineExceeded:
		return fmt.Errorf("%w: %v", ErrTimeout, err)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %v", ErrUnavailable, err)
	case errors.Is(err, ErrUnavailable), errors.Is(err, ErrTimeout), errors.Is(err, ErrExhausted):
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

package keyring

import (
	"errors"
	"time"
)

const (
	// negativeTTL is how long a negative answer is kept, from its coming: a
	// key that has just been made or enabled is refused no longer than that.
	negativeTTL = 2 * time.Second
	// maxNegatives bounds the memory of a flood of unknown ids: a few hundred
	// bytes for each of 2 x 1024 (see recent).
	maxNegatives = 1024
)

// negative is a store's refusal. Use does not extend it.
type negative struct {
	err  error
	came stamp
}

// denied returns the refusal kept for q, or nil.
func (r *Keyring) denied(q question, now stamp) error {
	if n, ok := r.negatives.get(q); ok && n.came.age(now) < negativeTTL {
		return n.err
	}
	return nil
}

// aboutKey reports whether a negative answer certainly holds for every
// version of its key. ErrNotUsable may be about either.
func aboutKey(err error) bool {
	return errors.Is(err, ErrNoKey) || errors.Is(err, ErrDenied) || errors.Is(err, ErrKeyInactive)
}

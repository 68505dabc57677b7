package keyring

import (
	"context"
	"testing"
)

// A second look is for what is new. What was held is gone when the store says
// so, and nothing that fails after that brings it back.
func TestHeldVersionGetsNoSecondLook(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.serves("live", "k", "", 1)
	r.clock.pass(ttl + 1)
	asked := 0
	r.store.answer(func(context.Context, question) (*Version, error) {
		if asked++; asked == 1 {
			return nil, ErrNoVersion
		}
		return nil, ErrUnavailable
	})
	r.refuses("gone", "k", "v1", ErrNoVersion, 1)
	r.clock.pass(negativeTTL)
	r.refuses("and not served in an outage", "k", "v1", ErrUnavailable, 1)
}

package keyring

import (
	"context"
	"time"
)

const (
	// generationEvery is the least time between two checks of a Generational
	// store: a stat ten times a second costs nothing, and a change reaches a
	// running server well within a second.
	generationEvery = 100 * time.Millisecond
	// generationTimeout ends a check; the caller who makes it waits for it.
	generationTimeout = 100 * time.Millisecond
)

// sighting is what is known of the generation of the store.
type sighting struct {
	checked stamp // when the last check began
	known   bool
	number  uint64
}

// checkGeneration asks the store for its generation and drops everything if
// it is another. One caller checks; the others go on with what there is. Its
// context is not the caller's, who could otherwise spoil the check. If the
// store does not know, what is held stays under the rules of TTL and grace.
func (r *Keyring) checkGeneration() {
	if !r.claimCheck() {
		return
	}
	ctx, cancel := r.timeout(context.Background(), generationTimeout)
	defer cancel()
	number, err := r.generation.Generation(ctx)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.seen.known || number != r.seen.number {
		r.seen.known, r.seen.number = true, number
		r.dropAll()
	}
}

// claimCheck reports whether it is for this caller to check. A claim is a
// time and not a flag, so a check that froze keeps nobody from the next one.
func (r *Keyring) claimCheck() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.seen.checked.age(now) < generationEvery {
		return false
	}
	r.seen.checked = now
	return true
}

// dropAll forgets all answers and discards all loads. The limiter stays.
func (r *Keyring) dropAll() {
	r.negatives.clear()
	r.size = 0
	for k, h := range r.holdings {
		clear(h.entries)
		h.discard(func(*load) bool { return true })
		r.tidy(k)
	}
}

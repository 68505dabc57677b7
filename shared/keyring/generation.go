package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// generationEvery is the least time between two checks of a Generational
	// store: a stat ten times a second costs nothing, and a change reaches a
	// running server well within a second.
	generationEvery = 100 * time.Millisecond
	// generationTimeout ends a check; the caller who makes it waits for it.
	generationTimeout = 100 * time.Millisecond
	// maxChecks is how many checks may hang, in a driver that does not honour
	// its context: until one of them returns there is no other.
	maxChecks = 4
)

// generationState is what is known of the generation of the store.
type generationState struct {
	checked stamp // when the last check began
	running int   // checks that have not returned
	known   bool
	number  uint64
	err     error // why the last check that knows does not know the number
}

// errUnready is for everybody: what is wrong is in the log.
var errUnready = errors.New("the key store cannot be read: the log says why")

// Ready reports that a store that is Generational cannot be read now, though
// answers that are held may be given for a while.
func (r *Keyring) Ready() error {
	if r.generation == nil {
		return nil
	}
	r.checkGeneration(0)
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.seen.err != nil {
		return errUnready
	}
	return nil
}

// checkGeneration asks the store for its generation, if it was last asked so
// long ago, and drops everything if
// it is another. One caller checks; the others go on with what there is. Its
// context is not the caller's, who could otherwise spoil the check. If the
// store does not know, what is held stays under the rules of TTL and grace.
func (r *Keyring) checkGeneration(every time.Duration) {
	if !r.claimCheck(every) {
		return
	}
	ctx, cancel := r.timeout(context.Background(), generationTimeout)
	seen := make(chan struct{})
	go func() {
		defer close(seen)
		defer cancel()
		r.takeGeneration(ctx)
	}()
	select {
	case <-seen:
	case <-ctx.Done():
	}
}

// takeGeneration takes what the store says, however late: a number from before the
// last one drops more than it need.
func (r *Keyring) takeGeneration(ctx context.Context) {
	number, err := r.askGeneration(ctx)
	defer r.report(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen.running--
	if err == nil && (!r.seen.known || number != r.seen.number) {
		r.seen.known, r.seen.number = true, number
		r.dropAll()
	}
}

// report logs the first check that fails, and the first that does not again:
// an operator must hear of it while keys are still served.
func (r *Keyring) report(err error) {
	if err != nil && !errors.Is(err, ErrUnavailable) {
		return // the check ended before it knew
	}
	r.mu.Lock()
	was := r.seen.err
	r.seen.err = err
	r.mu.Unlock()
	switch {
	case err != nil && was == nil:
		r.log.Error("the key store cannot be read: cached versions are used until they are too old", "error", err)
	case err == nil && was != nil:
		r.log.Info("the key store can be read again")
	}
}

// askGeneration takes a panic of the driver for not knowing.
func (r *Keyring) askGeneration(ctx context.Context) (number uint64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: its driver panicked with a %T", ErrUnavailable, p)
		}
	}()
	return r.generation.Generation(ctx)
}

// claimCheck reports whether it is for this caller to check. A claim is a
// time and not a flag, so a check that froze keeps nobody from the next one.
func (r *Keyring) claimCheck(every time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.seen.checked.age(now) < every {
		return false
	}
	r.seen.checked = now
	if r.seen.running >= maxChecks {
		return false
	}
	r.seen.running++
	return true
}

// dropAll forgets all answers and discards all loads. The limiter stays.
func (r *Keyring) dropAll() {
	r.negatives.clear()
	r.size = 0
	for k, c := range r.cached {
		clear(c.entries)
		c.discard(func(*load) bool { return true })
		r.dropEmpty(k)
	}
}

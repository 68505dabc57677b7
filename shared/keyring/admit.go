package keyring

import "fmt"

// maxCalls is how many calls of the driver may be under way, with those that
// do not honour their context and may never return: 256, more questions than a
// busy server has at the same time (each is another version), and 2 MiB of stacks. Half
// of them are for what has been answered before.
const maxCalls = 256

// errBusy is an outage: calls end with their loads, unless the driver hangs.
var errBusy = fmt.Errorf("%w: too many reads of it have not returned", ErrUnavailable)

// admit lets one call of the driver begin, or says why not; ended ends it. What
// has had a positive answer is in use, and is not limited but by the TTL, also
// when that answer has been dropped since: nobody can think of many, and a
// change of the store in a flood leaves the keys in use usable.
func (r *Keyring) admit(q question) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.answered.get(q)
	_, refused := r.negatives.get(q)
	switch {
	case r.calls >= maxCalls, !known && r.calls >= maxCalls/2:
		return errBusy
	case !known && !r.limiter.take(q.key, refused, r.now()):
		return errLimit
	}
	r.calls++
	return nil
}

func (r *Keyring) ended() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls--
}

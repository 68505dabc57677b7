package keyring

import "time"

// retryAfter is how long a stale entry is served without trying the store
// again, after a refresh that got no answer.
const retryAfter = 5 * time.Second

// never is for how long an entry is fresh that must be confirmed at its next
// use.
const never = time.Duration(-1)

// entry is a positive answer. It is immutable: a change replaces it, so that
// a hit may read it without a lock.
type entry struct {
	version   *Version
	load      uint64        // number of the load that confirmed it last
	confirmed stamp         // when that load began
	freshFor  time.Duration // from then on, without asking: the TTL, or less after a negative answer
	failed    stamp         // when a refresh last got no answer; zero if none did
}

// invalidated is e after a negative answer about its key. Where it has to be
// confirmed immediately, the store answers, so there is no pause to wait for.
func (e *entry) invalidated(freshFor time.Duration) *entry {
	i := *e
	i.freshFor = min(e.freshFor, freshFor)
	if freshFor == never {
		i.failed = stamp{}
	}
	return &i
}

// unanswered is e after a refresh that got no answer.
func (e *entry) unanswered(now stamp) *entry {
	u := *e
	u.failed = now
	return &u
}

// serves reports whether e is an answer without asking the store: it is
// fresh, or the store has failed a moment ago and e is within the bound.
func (r *Keyring) serves(e *entry, now stamp) bool {
	if e == nil {
		return false
	}
	if e.confirmed.age(now) <= e.freshFor {
		return true
	}
	return e.failed.age(now) < retryAfter && r.withinGrace(e, now)
}

// withinGrace reports whether e may be served if the store gives no answer.
func (r *Keyring) withinGrace(e *entry, now stamp) bool {
	return e != nil && r.bound > 0 && e.confirmed.age(now) <= r.bound
}

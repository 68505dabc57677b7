package keyring

import (
	"time"

	"rekey/shared/key"
)

// Rate is a token bucket's: each read of the store for what has never been
// answered takes a token.
type Rate struct {
	PerSecond int // tokens that come back each second
	Burst     int // tokens in a full bucket
}

// DefaultUnknown is how many reads a second an instance makes of what has never
// been answered: far above what callers make who know their keys, and below any
// quota that a cloud may have: Lockbox publishes none (docs/lockbox.md, "What it
// costs").
const DefaultUnknown = 20

// Unknown are the limits that allow n reads a second, for an instance and for
// each key: half, so that made-up versions of one key leave room for others.
func Unknown(n int) (perKey, perInstance Rate) {
	return Rate{PerSecond: (n + 1) / 2, Burst: n}, Rate{PerSecond: n, Burst: n}
}

// reserve is the part of a bucket that is kept for what was not refused yet, so
// that those who insist leave room for those who come.
func (r Rate) reserve() int { return r.Burst / 4 }

// maxBuckets bounds the keys whose reads are counted (see recent). In the 2 s in
// which a key's bucket fills, a flood reaches n + 2 x n keys: fewer, up to
// n = 1000, so what is evicted is full again.
const maxBuckets = 4096

// limiter counts the reads of each key and of all.
type limiter struct {
	perKey, perInstance Rate
	keys                recent[key.ID, bucket]
	instance            bucket
}

func newLimiter(perKey, perInstance Rate) limiter {
	one, all := Unknown(DefaultUnknown)
	if perKey == (Rate{}) {
		perKey = one
	}
	if perInstance == (Rate{}) {
		perInstance = all
	}
	return limiter{
		perKey:      perKey,
		perInstance: perInstance,
		keys:        recent[key.ID, bucket]{limit: maxBuckets},
		instance:    bucket{tokens: float64(perInstance.Burst)},
	}
}

// take takes a token for a read of k from both buckets, or from none. What has
// been refused before takes nothing from the reserve.
func (m *limiter) take(k key.ID, refused bool, now stamp) bool {
	m.instance.fill(m.perInstance, now)
	if !m.instance.has(m.perInstance, refused) {
		return false // and a flood does not touch the keys' buckets
	}
	b, ok := m.keys.get(k)
	if !ok {
		b = bucket{tokens: float64(m.perKey.Burst), at: now.mono}
	}
	b.fill(m.perKey, now)
	if !b.has(m.perKey, refused) {
		return false
	}
	b.tokens--
	m.instance.tokens--
	m.keys.put(k, b)
	return true
}

// bucket uses only the monotonic clock: nobody gains by setting a clock.
type bucket struct {
	tokens float64
	at     time.Duration // when it was last filled, by the monotonic clock
}

func (b *bucket) fill(r Rate, now stamp) {
	if passed := now.mono - b.at; passed > 0 {
		b.tokens = min(float64(r.Burst), b.tokens+passed.Seconds()*float64(r.PerSecond))
	}
	b.at = now.mono
}

func (b *bucket) has(r Rate, refused bool) bool {
	if refused {
		return b.tokens >= 1+float64(r.reserve())
	}
	return b.tokens >= 1
}

package keyring

import (
	"time"

	"rekey/shared/key"
)

// Rate is a token bucket's: each read of the store takes a token.
type Rate struct {
	PerSecond int // tokens that come back each second
	Burst     int // tokens in a full bucket
}

// Defaults of Options. A key in use needs one read per version, instance and
// TTL: these are far above any use, and below what a store minds.
var (
	DefaultPerKey      = Rate{PerSecond: 50, Burst: 100}
	DefaultPerInstance = Rate{PerSecond: 1000, Burst: 2000}
)

// reserve is the part of a bucket that is kept for confirming what is known,
// so that a flood of unknown ids never makes the keys in use go stale.
func (r Rate) reserve() int { return r.Burst / 4 }

// maxBuckets bounds the keys whose reads are counted (see recent). With the
// default rates a flood reaches 2000 + 2 x 1000 keys in the 2 s in which a
// key's bucket fills, so what is evicted is full again.
const maxBuckets = 4096

// limiter counts the reads of each key and of all.
type limiter struct {
	perKey, perInstance Rate
	keys                recent[key.ID, bucket]
	instance            bucket
}

func newLimiter(perKey, perInstance Rate) limiter {
	if perKey == (Rate{}) {
		perKey = DefaultPerKey
	}
	if perInstance == (Rate{}) {
		perInstance = DefaultPerInstance
	}
	return limiter{
		perKey:      perKey,
		perInstance: perInstance,
		keys:        recent[key.ID, bucket]{limit: maxBuckets},
		instance:    bucket{tokens: float64(perInstance.Burst)},
	}
}

// take takes a token for a read of k from both buckets, or from none. Only a
// read that confirms what is known may take from the reserve.
func (m *limiter) take(k key.ID, confirms bool, now stamp) bool {
	m.instance.fill(m.perInstance, now)
	if !m.instance.has(m.perInstance, confirms) {
		return false // and a flood does not touch the keys' buckets
	}
	b, ok := m.keys.get(k)
	if !ok {
		b = bucket{tokens: float64(m.perKey.Burst), at: now.mono}
	}
	b.fill(m.perKey, now)
	if !b.has(m.perKey, confirms) {
		return false
	}
	b.tokens--
	m.instance.tokens--
	m.keys.put(k, b)
	return true
}

// bucket goes by the monotonic clock alone: nobody gains by setting a clock.
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

func (b *bucket) has(r Rate, confirms bool) bool {
	if confirms {
		return b.tokens >= 1
	}
	return b.tokens >= 1+float64(r.reserve())
}

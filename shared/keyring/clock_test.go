package keyring

import (
	"testing"
	"time"
)

// A clock set back expires what says yes, what says no, and every pause: the
// next use of each asks the store.
func TestClockSetBackExpiresEverything(t *testing.T) {
	back := func(r *ring) { r.clock.move(-1, 1) }
	t.Run("negative", func(t *testing.T) {
		r := newRing(t, Options{TTL: ttl})
		r.store.fail(ErrNoKey)
		r.refuses("no", "k", "", ErrNoKey, 1)
		back(r)
		r.refuses("asked again", "k", "", ErrNoKey, 1)
	})
	t.Run("retry window", func(t *testing.T) {
		r := newRing(t, Options{TTL: ttl, Grace: grace})
		r.serves("cold", "k", "", 1)
		r.clock.pass(ttl + 1)
		r.store.fail(ErrUnavailable)
		r.serves("stale", "k", "", 1)
		back(r)
		r.serves("tried again", "k", "", 1)
	})
	t.Run("generation", func(t *testing.T) {
		r, s := newGenerationalRing(t, Options{TTL: ttl})
		r.serves("cold", "k", "", 1)
		s.number.Add(1)
		back(r)
		r.serves("checked", "k", "", 1)
		if got := s.checks.Load(); got != 2 {
			t.Errorf("got %d checks, want 2", got)
		}
	})
}

// A machine without a clock begins in 1970, or before; one with a wrong clock
// lives in any year. Only how time passes counts.
func TestAnyYear(t *testing.T) {
	for _, year := range []int{1, 1583, 1969, 1970, 2038, 2262, 2263, 9999} {
		r := newRing(t, Options{TTL: ttl, Grace: grace})
		r.clock.wall = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Second)
		r.serves("cold", "k", "", 1)
		r.clock.pass(ttl)
		r.serves("at TTL", "k", "", 0)
		r.clock.pass(1)
		r.serves("after it", "k", "", 1)
		r.clock.pass(ttl + 1)
		r.store.fail(ErrUnavailable)
		r.serves("outage", "k", "", 1)
		r.serves("window", "k", "", 0)
		r.clock.pass(grace)
		r.refuses("after grace", "k", "", ErrUnavailable, 1)
		r.store.fail(ErrNoKey)
		r.refuses("no", "other", "", ErrNoKey, 1)
		r.refuses("kept", "other", "", ErrNoKey, 0)
	}
}

// A jump from 1970 to the present, as the first answer of a time server makes
// it, is a long time: expired. So is the way back.
func TestJumpOfDecades(t *testing.T) {
	r := newRing(t, Options{TTL: ttl, Grace: grace})
	r.clock.wall = time.Unix(10, 0)
	r.serves("cold", "k", "", 1)
	r.clock.move(55*365*24*time.Hour, time.Second)
	r.store.fail(ErrUnavailable)
	r.refuses("nothing stale", "k", "", ErrUnavailable, 1)
	r.store.fail(nil)
	r.serves("confirmed", "k", "", 1)
	r.serves("fresh", "k", "", 0)
	r.clock.move(-55*365*24*time.Hour, time.Second)
	r.serves("and back", "k", "", 1)
	r.serves("fresh", "k", "", 0)
}

// However far the clock of a bucket jumps, it is full and not more.
func TestBucketWhoseClockJumps(t *testing.T) {
	rate := Rate{PerSecond: 10, Burst: 4}
	m := newLimiter(rate, Rate{})
	drain := func(now stamp) (n int) {
		for m.take("k", false, now) {
			n++
		}
		return n
	}
	for _, c := range []struct {
		at   time.Duration
		want int
	}{{time.Hour, 4}, {1 << 62, 4}, {1<<62 + 200*time.Millisecond, 2}} {
		if got := drain(stamp{mono: c.at}); got != c.want {
			t.Errorf("at %v: got %d tokens, want %d", c.at, got, c.want)
		}
	}
}

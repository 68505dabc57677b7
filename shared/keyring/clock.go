package keyring

import (
	"math"
	"time"
)

// Clock is where a Keyring takes the time from. A nil field is the system's.
type Clock struct {
	// Wall is the time of day. It goes on while an instance is frozen or a
	// machine sleeps, and can be set back.
	Wall func() time.Time
	// Mono is the time since some fixed moment. It is never set back, and may
	// stand still while an instance is frozen.
	Mono func() time.Duration
	// After is time.After.
	After func(time.Duration) <-chan time.Time
}

// stamp is one moment on both clocks. The zero stamp is older than anything:
// time.Time.Sub saturates at 292 years.
type stamp struct {
	wall time.Time // without a monotonic part
	mono time.Duration
}

// expired is the age of what cannot be dated.
const expired = time.Duration(math.MaxInt64)

// age is how long ago s was: the larger delta of the two clocks, since either
// may have stood still; expired if a clock has been set back behind s.
func (s stamp) age(now stamp) time.Duration {
	wall, mono := now.wall.Sub(s.wall), now.mono-s.mono
	if wall < 0 || mono < 0 {
		return expired
	}
	return max(wall, mono)
}

// plus is the moment d after s.
func (s stamp) plus(d time.Duration) stamp { return stamp{s.wall.Add(d), s.mono + d} }

// stamps returns the reader of both clocks. The system's are read together,
// which halves the price of a hit.
func (c Clock) stamps() func() stamp {
	start := time.Now()
	if c.Wall == nil && c.Mono == nil {
		return func() stamp {
			now := time.Now()
			return stamp{now.Round(0), now.Sub(start)}
		}
	}
	if c.Wall == nil {
		c.Wall = time.Now
	}
	if c.Mono == nil {
		c.Mono = func() time.Duration { return time.Since(start) }
	}
	return func() stamp { return stamp{c.Wall().Round(0), c.Mono()} }
}

func (c Clock) after() func(time.Duration) <-chan time.Time {
	if c.After == nil {
		return time.After
	}
	return c.After
}

package lockboxtest

import (
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// clock is the time of secrets, which a test can move. Tokens and what is
// signed for them live by base, as their holders' clocks do: a week that
// passes for a version must not lock everybody out.
type clock struct {
	base func() time.Time

	mu    sync.Mutex
	ahead time.Duration
}

func newClock(base func() time.Time) *clock {
	if base == nil {
		base = time.Now
	}
	return &clock{base: base}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(c.ahead)
}

// stamp is now with milliseconds, the precision that the service shows.
func (c *clock) stamp() *timestamppb.Timestamp {
	return timestamppb.New(c.now().Truncate(time.Millisecond))
}

// Now is the server's time.
func (s *Server) Now() time.Time { return s.clock.now() }

// Advance moves the server's time: versions whose time has come are destroyed,
// operations finish. Tokens do not expire by it; ExpireTokens does that.
func (s *Server) Advance(d time.Duration) {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	s.clock.ahead += d
}

package server

import (
	"sync/atomic"
	"time"
)

// sweeping is between two looks for deadlines that have passed: none is kept
// longer by more than that.
const sweeping = 100 * time.Millisecond

// deadline is one direction's of a connection. net/http sets five a request,
// each a timer of the runtime, nearly all for nothing. Here they are only noted,
// and a sweep over all connections ends what has passed.
type deadline struct {
	arm   func(time.Time) error // the connection's own
	asked atomic.Int64          // when it is, as elapsed has it; 0: never
	armed atomic.Bool           // the connection's own is now
}

// now and never are deadlines of a connection.
var now, never = time.Unix(1, 0), time.Time{}

// passed reports whether it was at a time, or before.
func (d *deadline) passed(at int64) bool {
	asked := d.asked.Load()
	return asked != 0 && asked <= at
}

func (d *deadline) set(t time.Time) {
	if t.IsZero() {
		d.asked.Store(0)
		return
	}
	d.asked.Store(int64(t.Sub(begun)))
}

func (d *deadline) fire() error {
	d.armed.Store(true)
	return d.arm(now)
}

func (d *deadline) clear() error {
	d.armed.Store(false)
	return d.arm(never)
}

// begun is what times are counted from, by the monotonic clock.
var begun = time.Now().Add(-1)

// elapsed is the time, in nanoseconds; never 0.
func elapsed() int64 { return int64(time.Since(begun)) }

// sweep ends reads and writes whose deadline has passed, until it is told to
// end itself.
func (s *conns) sweep(done <-chan struct{}, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
			s.expire()
		}
	}
}

func (s *conns) expire() {
	at := elapsed()
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		for _, d := range []*deadline{&c.read, &c.write} {
			if d.passed(at) {
				d.fire()
			}
		}
	}
}

package server

import (
	"net/http"
	"time"
)

const (
	// Connections is how many are taken concurrently unless Options say otherwise:
	// each costs a descriptor, of which many systems give a process 1024, and
	// some 20 KiB.
	Connections = 512

	// minIdle is how long a connection must be idle before it is closed for
	// another: a busy client is between two of its requests for less.
	minIdle = time.Second

	// pollInterval is between two looks at what is idle, while a connection waits.
	pollInterval = 25 * time.Millisecond
)

// take opens a connection, which waits if there are as many as may be: it gets
// the place of the one that has been idle for the longest, or of the next whose
// answer is sent.
func (s *conns) take(c *conn) {
	for !s.taking(c) {
		s.wanted.Store(true)
		select {
		case <-s.free:
		case <-time.After(pollInterval):
		}
	}
	s.wanted.Store(false)
}

// taking opens a connection if there is a place, and otherwise sees to it that
// there will be.
func (s *conns) taking(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) < s.most || s.lifted {
		s.open[c] = struct{}{}
		return true
	}
	if quiet, asks := s.quietest(); quiet != nil && quiet.idle.CompareAndSwap(true, false) {
		if asks {
			quiet.Close()
		} else {
			quiet.leave()
		}
	}
	return false
}

// quietest is the connection that has been idle for the longest, if that is
// minIdle, and whether a request has begun on it. One with half a header is not
// idle, for as long as a header may take: net/http gives its first bytes two
// minutes.
func (s *conns) quietest() (quiet *conn, asks bool) {
	since := elapsed() - int64(minIdle)
	for c := range s.open {
		if !c.idle.Load() {
			continue
		}
		begun := c.asks.Load()
		idle := c.since.Load()
		if begun {
			idle += int64(s.header - minIdle)
		}
		if idle < since {
			quiet, asks, since = c, begun, idle
		}
	}
	return quiet, asks
}

// lift lets everybody in who still comes.
func (s *conns) lift() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lifted = true
	s.look()
}

func (s *conns) look() {
	select {
	case s.free <- struct{}{}:
	default:
	}
}

// yielding is a handler whose next answer ends its connection if another one
// waits: a client that is told so loses no request.
func (s *conns) yielding(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.wanted.Load() && s.wanted.CompareAndSwap(true, false) {
			w.Header()["Connection"] = []string{"close"}
		}
		next.ServeHTTP(w, r)
	})
}

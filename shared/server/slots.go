package server

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Connections is how many are taken at once unless Options say otherwise:
	// each costs a descriptor, of which many systems give a process 1024, and
	// some 20 KiB.
	Connections = 512

	// settled is how long a connection has been quiet before it is closed for
	// another: a busy client is between two of its requests for less.
	settled = time.Second

	// glance is between two looks at who is quiet, while a connection waits.
	glance = 25 * time.Millisecond
)

// slots are the connections that are taken at once. Whoever comes when there
// are as many as may be gets the place of the one that has been idle for the
// longest, or of the next whose answer is sent, and waits until then.
type slots struct {
	most   int
	header time.Duration // what a header may take
	free   chan struct{} // has a token if one has become free since the last look

	mu     sync.Mutex
	taken  int
	idle   map[*patientConn]time.Time // since when
	lifted bool                       // none waits any more

	wanted atomic.Bool // somebody waits for the next answer to end its connection
}

func newSlots(most int, header time.Duration) *slots {
	return &slots{most: most, header: header, free: make(chan struct{}, 1), idle: map[*patientConn]time.Time{}}
}

// slotted is a listener whose connections take a slot each.
type slotted struct {
	net.Listener
	slots *slots
}

func (l slotted) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.slots.take()
	}
	return c, err
}

// take waits for a slot.
func (s *slots) take() {
	for !s.taking() {
		s.wanted.Store(true)
		select {
		case <-s.free:
		case <-time.After(glance):
		}
	}
	s.wanted.Store(false)
}

// taking takes a slot if there is one, and otherwise sees to it that there
// will be.
func (s *slots) taking() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken < s.most || s.lifted {
		s.taken++
		return true
	}
	if c := s.quietest(); c != nil {
		delete(s.idle, c)
		if c.asks.Load() {
			c.Close()
		} else {
			c.leave()
		}
	}
	return false
}

// quietest is the connection that has been idle for the longest, if one has
// settled. One with half a header is not idle, for as long as a header may
// take: net/http gives its first bytes two minutes.
func (s *slots) quietest() (c *patientConn) {
	since := time.Now().Add(-settled)
	for one, idle := range s.idle {
		if one.asks.Load() {
			idle = time.Unix(0, one.heard.Load()).Add(s.header - settled)
		}
		if idle.Before(since) {
			c, since = one, idle
		}
	}
	return c
}

// lift lets everybody in who still comes.
func (s *slots) lift() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lifted = true
	s.look()
}

func (s *slots) look() {
	select {
	case s.free <- struct{}{}:
	default:
	}
}

// state is http.Server.ConnState.
func (s *slots) state(nc net.Conn, state http.ConnState) {
	c := nc.(*patientConn)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateIdle:
		s.idle[c] = time.Now()
	case http.StateActive:
		delete(s.idle, c)
	case http.StateClosed, http.StateHijacked:
		delete(s.idle, c)
		s.taken--
		s.look()
	}
}

// yielding is a handler whose next answer ends its connection if another one
// waits: a client that is told so loses no request.
func (s *slots) yielding(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.wanted.Load() && s.wanted.CompareAndSwap(true, false) {
			w.Header()["Connection"] = []string{"close"}
		}
		next.ServeHTTP(w, r)
	})
}

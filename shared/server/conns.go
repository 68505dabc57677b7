package server

import (
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// conns are the connections that are open, and who waits to be one.
type conns struct {
	most   int           // concurrently
	header time.Duration // what a header may take
	free   chan struct{} // has a token if a place has become free since the last look
	gone   chan struct{} // closed when the server is leaving and none is open

	mu     sync.Mutex // guards what follows; taken when a connection comes, ends or must leave
	open   map[*conn]struct{}
	lifted bool // there is no longer a limit

	leaving atomic.Bool // no more will come; written under mu
	wanted  atomic.Bool // somebody waits for the next answer to end its connection
}

func newConns(most int, header time.Duration) *conns {
	return &conns{most: most, header: header, free: make(chan struct{}, 1), gone: make(chan struct{}),
		open: map[*conn]struct{}{}}
}

// listener is one whose connections are counted.
type listener struct {
	net.Listener
	conns *conns
}

func (l listener) Accept() (net.Conn, error) {
	nc, err := l.Listener.Accept()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		nc, err = lastCall(l.Listener)
	}
	if err != nil {
		return nil, err
	}
	c := newConn(nc)
	l.conns.take(c)
	return c, nil
}

// state is http.Server.ConnState.
func (s *conns) state(nc net.Conn, state http.ConnState) {
	c := nc.(*conn)
	switch state {
	case http.StateActive:
		c.idle.Store(false)
	case http.StateIdle:
		c.asks.Store(c.ahead.Load())
		c.served.Store(true)
		if c.leaves.Load() || s.leaving.Load() {
			s.leaveOrKeep(c)
		}
		c.since.Store(elapsed())
		c.idle.Store(true)
	case http.StateClosed, http.StateHijacked:
		s.remove(c)
	}
}

// leaveOrKeep is for a connection that had to leave while a request came. It
// stays if it was to make room: the answer would have said otherwise.
func (s *conns) leaveOrKeep(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leaving.Load() {
		c.leave()
	} else {
		c.leaves.Store(false) // net/http sets a deadline next
	}
}

func (s *conns) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	s.look()
	if s.leaving.Load() && len(s.open) == 0 {
		close(s.gone)
	}
}

package server

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// firstByte is how long a new connection has at the end for the first byte of a
// request: clients send it at once, and some connect ahead of any request.
const firstByte = 250 * time.Millisecond

// connections are those that are open. http.Server.Shutdown would do, but that
// it hangs up on a client that has sent half a header, or all of it a moment
// ago.
type connections struct {
	mu      sync.Mutex
	open    map[*patientConn]struct{}
	leaving atomic.Bool   // no more will come
	gone    chan struct{} // closed when it is leaving and none is open
}

func newConnections() *connections {
	return &connections{open: map[*patientConn]struct{}{}, gone: make(chan struct{})}
}

// state is http.Server.ConnState.
func (l *connections) state(nc net.Conn, s http.ConnState) {
	c := nc.(*patientConn)
	switch s {
	case http.StateNew:
		l.mu.Lock()
		defer l.mu.Unlock()
		l.open[c] = struct{}{}
	case http.StateIdle:
		c.asks.Store(c.ahead.Load())
		c.served.Store(true)
		if l.leaving.Load() {
			c.leave()
		}
	case http.StateClosed, http.StateHijacked:
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.open, c)
		if l.leaving.Load() && len(l.open) == 0 {
			close(l.gone)
		}
	}
}

// leave closes what is idle, and waits for the requests that are there, for so
// long at most.
func (l *connections) leave(most time.Duration) error {
	if l.hurry(false) == 0 {
		return nil
	}
	defer time.AfterFunc(firstByte, func() { l.hurry(true) }).Stop()
	select {
	case <-l.gone:
		return nil
	case <-time.After(most):
		return errors.New("requests in flight did not end in time and were cut off")
	}
}

// hurry has connections leave, new ones too, and returns how many are open.
func (l *connections) hurry(fresh bool) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leaving.Store(true)
	for c := range l.open {
		if fresh || c.served.Load() {
			c.leave()
		}
	}
	return len(l.open)
}

// hangUp stops a listener's Accept, which returns who waits to be accepted
// before it fails.
func hangUp(ln net.Listener) {
	if l, ok := ln.(interface{ SetDeadline(time.Time) error }); !ok || l.SetDeadline(time.Unix(1, 0)) != nil {
		ln.Close()
	}
}

// lastCall is Accept of a listener after hangUp.
func lastCall(ln net.Listener) (net.Conn, error) {
	if c := acceptNow(ln); c != nil {
		return c, nil
	}
	ln.Close()
	return nil, net.ErrClosed
}

package server

import (
	"errors"
	"net"
	"time"
)

// firstByte is how long a new connection has at the end for the first byte of a
// request: clients send it immediately, and some connect ahead of any request.
const firstByte = 250 * time.Millisecond

// leave closes what is idle, and waits for the requests that are there, for so
// long at most. http.Server.Shutdown would do, but that it hangs up on a client
// that has sent half a header, or all of it a moment ago.
func (s *conns) leave(most time.Duration) error {
	if s.closeIdle(false) == 0 {
		return nil
	}
	defer time.AfterFunc(firstByte, func() { s.closeIdle(true) }).Stop()
	select {
	case <-s.gone:
		return nil
	case <-time.After(most):
		return errors.New("requests in flight did not end in time and were cut off")
	}
}

// closeIdle closes each connection as soon as it is idle, and with fresh those
// too that have sent no request yet. It returns how many are open.
func (s *conns) closeIdle(fresh bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving.Store(true)
	for c := range s.open {
		if fresh || c.served.Load() {
			c.leave()
		}
	}
	return len(s.open)
}

// hangUp stops a listener's Accept, which returns who waits to be accepted
// before it fails.
func hangUp(ln net.Listener) {
	if l, ok := ln.(interface{ SetDeadline(time.Time) error }); !ok || l.SetDeadline(now) != nil {
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

package server

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// conn is a connection that knows what it is doing, so that the server can
// choose whom to close. What happens at every request is atomic here, and
// touches nothing that connections share.
type conn struct {
	net.Conn
	since  atomic.Int64 // when bytes last came or it last became idle, in nanoseconds of Unix time
	idle   atomic.Bool  // it waits for a request, or for the rest of a header
	asks   atomic.Bool  // bytes have come of a request that is not answered
	ahead  atomic.Bool  // the last that came is the first byte of the next request
	served atomic.Bool  // it has had a request

	leaves atomic.Bool  // it ends when it next waits for a request
	asked  atomic.Int64 // the deadline to read that net/http has set, in nanoseconds of Unix time; 0: none
}

// passed is a deadline that ends a read immediately.
var passed = time.Unix(1, 0)

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	for n == 0 && c.leaves.Load() && errors.Is(err, os.ErrDeadlineExceeded) {
		if !c.asks.Load() {
			n, err = readNow(c.Conn, b)
			break
		}
		if asked := c.asked.Load(); asked != 0 && asked <= time.Now().UnixNano() {
			break
		}
		c.restore()
		n, err = c.Conn.Read(b)
	}
	if n > 0 {
		c.since.Store(time.Now().UnixNano()) // before asks: who sees that must not see an older time
		c.asks.Store(true)
		c.ahead.Store(len(b) == 1) // while a request is answered net/http reads one byte, and never otherwise
	}
	return n, err
}

// leave ends a connection that waits for a request, now or later. What has
// come of one is read first: if anything has, it is waited for.
func (c *conn) leave() {
	c.leaves.Store(true)
	c.Conn.SetReadDeadline(passed)
}

// restore takes back the deadline of leave.
func (c *conn) restore() {
	for {
		asked := c.asked.Load()
		c.Conn.SetReadDeadline(instant(asked))
		if c.asked.Load() == asked {
			return
		}
	}
}

func (c *conn) SetReadDeadline(t time.Time) error {
	asked := int64(0)
	if !t.IsZero() {
		asked = t.UnixNano()
	}
	c.asked.Store(asked)
	err := c.Conn.SetReadDeadline(t)
	if c.leaves.Load() && !c.asks.Load() {
		return c.Conn.SetReadDeadline(passed)
	}
	return err
}

func instant(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds)
}

func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// CloseWrite is what net/http does before it closes on a client that still
// sends, so that the answer is not lost.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

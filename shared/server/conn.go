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
	read, write deadline

	since  atomic.Int64 // when bytes last came or it last became idle, as elapsed has it
	idle   atomic.Bool  // it waits for a request, or for the rest of a header
	asks   atomic.Bool  // bytes have come of a request that is not answered
	ahead  atomic.Bool  // the last that came is the first byte of the next request
	served atomic.Bool  // it has had a request
	leaves atomic.Bool  // it ends when it next waits for a request
}

func newConn(nc net.Conn) *conn {
	c := &conn{Conn: nc}
	c.read.arm, c.write.arm = nc.SetReadDeadline, nc.SetWriteDeadline
	c.since.Store(elapsed())
	return c
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	for n == 0 && err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		if c.gone() {
			n, err = readNow(c.Conn, b)
			break
		}
		if c.read.passed(elapsed()) {
			break
		}
		c.clear() // it was of another deadline, or of leave
		n, err = c.Conn.Read(b)
	}
	if n > 0 {
		c.since.Store(elapsed()) // before asks: who sees that must not see an older time
		c.asks.Store(true)
		c.ahead.Store(len(b) == 1) // while a request is answered net/http reads one byte, and never otherwise
	}
	return n, err
}

// leave ends a connection that waits for a request, now or later. What has
// come of one is read first: if anything has, it is waited for.
func (c *conn) leave() {
	c.leaves.Store(true)
	c.read.fire()
}

// gone reports whether it has left.
func (c *conn) gone() bool { return c.leaves.Load() && !c.asks.Load() }

// SetReadDeadline notes the deadline; one that ends a read which has begun, and
// therefore is before the last bytes came, does so immediately.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.read.set(t)
	switch {
	case c.read.passed(c.since.Load()) || c.gone():
		return c.read.fire()
	case c.read.armed.Load():
		return c.clear()
	}
	return nil
}

// clear has reads wait again, but for a deadline that was set meanwhile.
func (c *conn) clear() error {
	err := c.read.clear()
	if c.read.passed(c.since.Load()) || c.gone() {
		return c.read.fire()
	}
	return err
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.write.set(t)
	if c.write.armed.Load() {
		return c.write.clear()
	}
	return nil
}

func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	for err != nil && errors.Is(err, os.ErrDeadlineExceeded) && !c.write.passed(elapsed()) {
		c.write.clear() // it was of another deadline
		var more int
		more, err = c.Conn.Write(b[n:])
		n += more
	}
	return n, err
}

// CloseWrite is what net/http does before it closes on a client that still
// sends, so that the answer is not lost.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

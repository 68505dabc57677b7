package server

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// patient is a listener whose connections do not set a timer of the runtime
// for each deadline that they are given. net/http gives five a request,
// nearly all later than the one before: here the timer of an earlier one is
// left alone, and when it fires there is a look at what is asked for by then.
type patient struct{ net.Listener }

func (p patient) Accept() (net.Conn, error) {
	c, err := p.Listener.Accept()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c, err = lastCall(p.Listener)
	}
	if err != nil {
		return nil, err
	}
	return &patientConn{Conn: c, read: deadline{arm: c.SetReadDeadline}, write: deadline{arm: c.SetWriteDeadline}}, nil
}

type patientConn struct {
	net.Conn
	read, write deadline

	asks   atomic.Bool  // bytes have come of a request that is not answered
	ahead  atomic.Bool  // the last that came is the first byte of the next request
	served atomic.Bool  // it has had a request
	leaves atomic.Bool  // it ends when it next waits for a request
	heard  atomic.Int64 // when bytes last came, in nanoseconds of Unix time
}

func (c *patientConn) SetReadDeadline(t time.Time) error  { return c.read.set(t) }
func (c *patientConn) SetWriteDeadline(t time.Time) error { return c.write.set(t) }

func (c *patientConn) SetDeadline(t time.Time) error {
	return errors.Join(c.read.set(t), c.write.set(t))
}

func (c *patientConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	for n == 0 && errors.Is(err, os.ErrDeadlineExceeded) {
		if c.leaves.Load() && !c.asks.Load() {
			n, err = readNow(c.Conn, b)
			break
		}
		if !c.read.early(err) {
			break
		}
		n, err = c.Conn.Read(b)
	}
	if n > 0 {
		c.asks.Store(true)
		c.ahead.Store(len(b) == 1) // while a request is answered net/http reads one byte, and never otherwise
		c.heard.Store(time.Now().UnixNano())
	}
	return n, err
}

// leave ends a connection that waits for a request, now or later. What has
// come of one is read first: if anything has, it is waited for.
func (c *patientConn) leave() {
	c.leaves.Store(true)
	c.read.fire()
}

func (c *patientConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	for c.write.early(err) {
		var more int
		more, err = c.Conn.Write(b[n:])
		n += more
	}
	return n, err
}

// CloseWrite is what net/http does before it closes on a client that still
// sends, so that the answer is not lost.
func (c *patientConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// deadline is one direction's. The timer is never later than what was asked
// for.
type deadline struct {
	arm func(time.Time) error

	mu           sync.Mutex
	asked, armed time.Time // zero: none
}

func (d *deadline) set(t time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = t
	if t.IsZero() || !d.armed.IsZero() && !t.Before(d.armed) {
		return nil
	}
	return d.rearm()
}

// early reports whether err is of a timer that has fired before its time; it
// has then been set anew.
func (d *deadline) early(err error) bool {
	if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.asked.IsZero() && !time.Now().Before(d.asked) {
		return false
	}
	return d.rearm() == nil
}

// fire has the timer end a read, early.
func (d *deadline) fire() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed = time.Unix(1, 0)
	d.arm(d.armed)
}

func (d *deadline) rearm() error {
	d.armed = d.asked
	return d.arm(d.asked)
}

package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"
)

// pair is a connection of a server, and its other end.
func pair(t *testing.T) (all *conns, c *conn, client net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if client, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	all = newConns(1, time.Minute)
	server, err := listener{ln, all}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { close(done); client.Close(); server.Close() })
	go all.sweep(done, time.Millisecond)
	return all, server.(*conn), client
}

// mustRead has the other end send a text, and reads it.
func mustRead(t *testing.T, c *conn, client net.Conn, text string) {
	t.Helper()
	io.WriteString(client, text)
	got := make([]byte, len(text))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != text {
		t.Fatalf("read %q, %v; want %q", got, err, text)
	}
}

// TestLeaveDeadlines: while a request comes on a connection that is to leave,
// the deadlines that net/http sets hold as ever, those that end a read of its
// own too.
func TestLeaveDeadlines(t *testing.T) {
	_, c, client := pair(t)
	c.SetReadDeadline(time.Now().Add(time.Hour))
	mustRead(t, c, client, "PO")
	c.leave()
	mustRead(t, c, client, "ST")
	start := time.Now()
	c.SetReadDeadline(start.Add(60 * time.Millisecond))
	c.leave()
	if _, err := c.Read(make([]byte, 9)); !errors.Is(err, os.ErrDeadlineExceeded) ||
		time.Since(start) < 60*time.Millisecond {
		t.Errorf("got %v after %v, want its deadline after 60 ms", err, time.Since(start))
	}
	for range 100 {
		c.SetReadDeadline(time.Time{})
		ended := make(chan error, 1)
		go func() {
			_, err := c.Read(make([]byte, 1))
			ended <- err
		}()
		c.leave()
		c.SetReadDeadline(now)
		if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("got %v, want the deadline that was set", err)
		}
	}
}

// TestLeaveIdle: a connection that is to leave ends, whatever deadline is set
// afterwards, unless something has come.
func TestLeaveIdle(t *testing.T) {
	_, c, client := pair(t)
	io.WriteString(client, "x")
	if err := peek(c); err != nil {
		t.Fatal(err)
	}
	c.leave()
	c.SetReadDeadline(time.Now().Add(time.Hour))
	if n, err := c.Read(make([]byte, 9)); n != 1 || err != nil {
		t.Errorf("what had come: read %d bytes, %v", n, err)
	}
	_, c, _ = pair(t)
	c.leave()
	c.SetReadDeadline(time.Now().Add(time.Hour))
	if n, err := c.Read(make([]byte, 9)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("nothing had come: read %d bytes, %v", n, err)
	}
}

// peek waits until something has come.
func peek(c *conn) error {
	raw, err := c.Conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return err
	}
	return raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
		return !errors.Is(err, syscall.EAGAIN)
	})
}

// TestStays: a connection that was to make room when its next request came has
// a request after that too; at the end it has none.
func TestStays(t *testing.T) {
	for ends, want := range map[bool]error{false: os.ErrDeadlineExceeded, true: io.EOF} {
		all, c, client := pair(t)
		all.state(c, http.StateIdle)
		mustRead(t, c, client, "one")
		c.leave()
		all.state(c, http.StateActive)
		if ends {
			all.closeIdle(false)
		}
		all.state(c, http.StateIdle)
		c.SetReadDeadline(time.Now().Add(time.Millisecond))
		if n, err := c.Read(make([]byte, 9)); n != 0 || !errors.Is(err, want) {
			t.Errorf("the end, %t: read %d bytes, %v; want %v", ends, n, err, want)
		}
	}
}

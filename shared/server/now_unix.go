//go:build unix

package server

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// acceptNow returns a connection that waits to be accepted, or nil. It asks
// the kernel itself: a deadline that has passed keeps net from doing so.
func acceptNow(ln net.Listener) net.Conn {
	fd := -1
	control(ln, func(l int) (err error) {
		fd, _, err = syscall.Accept(l)
		return err
	})
	if fd < 0 {
		return nil
	}
	f := os.NewFile(uintptr(fd), "accepted")
	defer f.Close()
	c, _ := net.FileConn(f) // of a copy that does not block
	return c
}

// readNow reads what has come; nothing is the end.
func readNow(c net.Conn, b []byte) (int, error) {
	n := 0
	control(c, func(fd int) (err error) {
		n, err = syscall.Read(fd, b)
		return err
	})
	if n <= 0 {
		return 0, io.EOF
	}
	return n, nil
}

// control calls f with the descriptor until it is neither interrupted nor told
// of a client that has gone already.
func control(of any, f func(fd int) error) {
	conn, ok := of.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		for err := f(int(fd)); errors.Is(err, syscall.EINTR) || errors.Is(err, syscall.ECONNABORTED); {
			err = f(int(fd))
		}
	})
}

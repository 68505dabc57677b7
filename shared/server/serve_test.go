package server_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"rekey/shared/server"
)

// TestListenRefuses addresses that another machine could reach, and takes
// them when told to.
func TestListenRefuses(t *testing.T) {
	addrs := []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "[2001:db8::1]:0", "[::ffff:0.0.0.0]:0"}
	if ip := outward(); ip != "" {
		addrs = append(addrs, net.JoinHostPort(ip, "0"))
	}
	if name, err := os.Hostname(); err == nil && !resolvesToLoopback(name) {
		addrs = append(addrs, name+":0")
	}
	for _, addr := range addrs {
		ln, err := server.Listen(context.Background(), addr, false)
		if err == nil {
			ln.Close()
			t.Errorf("%s: listens on %s", addr, ln.Addr())
		} else if _, lookup := errors.Unwrap(err).(*net.DNSError); !errors.Is(err, server.ErrNotLoopback) && !lookup {
			t.Errorf("%s: %v", addr, err)
		}
	}
	ln, err := server.Listen(context.Background(), "0.0.0.0:0", true)
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
}

// outward is an address of this machine that is not loopback, if it has one.
func outward() string {
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			return n.IP.String()
		}
	}
	return ""
}

func resolvesToLoopback(name string) bool {
	a, err := net.ResolveTCPAddr("tcp", name+":0")
	return err == nil && a.IP.IsLoopback()
}

func TestListen(t *testing.T) {
	addrs := []string{"127.0.0.1:0", "localhost:0", "[::ffff:127.0.0.1]:0"}
	for _, addr := range []string{"[::1]:0", "127.8.9.10:0"} { // not on every machine
		if ln, err := net.Listen("tcp", addr); err == nil {
			ln.Close()
			addrs = append(addrs, addr)
		}
	}
	for _, addr := range addrs {
		ln, err := server.Listen(context.Background(), addr, false)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		if tcp, ok := ln.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() || tcp.Port == 0 {
			t.Errorf("%s: listens on %s", addr, ln.Addr())
		}
		ln.Close()
	}
	for _, addr := range []string{"", "127.0.0.1", "localhost", "127.0.0.1:99999", "127.0.0.1:http:1", "x:y:z"} {
		if ln, err := server.Listen(context.Background(), addr, false); err == nil {
			ln.Close()
			t.Errorf("%q: listens on %s", addr, ln.Addr())
		}
	}
}

func TestListenInUse(t *testing.T) {
	ln := mustListen(t, "127.0.0.1:0")
	defer ln.Close()
	_, err := server.Listen(context.Background(), ln.Addr().String(), false)
	if err == nil || !strings.Contains(err.Error(), "is in use by another program") {
		t.Errorf("got %v", err)
	}
}

// TestShutdown finishes a request in flight and takes no other.
func TestShutdown(t *testing.T) {
	f := mustServe(t, &ring{arrived: make(chan struct{}), gate: make(chan struct{})})
	got := make(chan answer, 1)
	go func() { got <- f.do(t, "POST", path, good) }()
	<-f.ring.arrived
	f.stop()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", f.addr)
		if err != nil {
			break // nobody listens
		}
		c.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server still takes connections")
		}
	}
	select {
	case err := <-f.ended:
		t.Fatalf("Serve returned %v with a request in flight", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(f.ring.gate)
	(<-got).wantOK(t, "in flight")
	if err := <-f.ended; err != nil {
		t.Error(err)
	}
}

// TestShutdownIdle: a kept-alive connection without a request holds up nothing.
func TestShutdownIdle(t *testing.T) {
	f := mustServe(t, new(ring))
	response, err := http.Post(f.url+path, "", strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	f.stop()
	select {
	case err := <-f.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("Serve does not end")
	}
}

// TestServeFails: a listener that breaks ends Serve with its error.
func TestServeFails(t *testing.T) {
	ln := mustListen(t, "127.0.0.1:0")
	ln.Close()
	if err := server.Serve(context.Background(), ln, http.NotFoundHandler(),
		server.Options{Log: discard}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/shared/server"
)

// request is a whole one.
var request = fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, len(good), good)

// client is a connection that tests write to byte by byte.
type client struct {
	net.Conn
	answers *bufio.Reader
}

func mustDial(t *testing.T, addr string, send ...string) *client {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	for _, text := range send {
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
	}
	return &client{c, bufio.NewReader(c)}
}

func (c *client) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Error(err)
	}
}

// mustAnswer reads an answer of 200, and reports whether the connection ends.
func (c *client) mustAnswer(t *testing.T, name string) (last bool) {
	t.Helper()
	a, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return true
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != 200 || !strings.Contains(string(body), "ciphertext") {
		t.Errorf("%s: %d %s %v", name, a.StatusCode, body, err)
	}
	return a.Close
}

// gate is a Drain that says when it begins, and ends when it is told to.
func gate() (o server.Options, begun, end chan struct{}) {
	begun, end = make(chan struct{}), make(chan struct{})
	o.Drain = func() time.Duration { close(begun); <-end; return 0 }
	return o, begun, end
}

// TestLeaveHalfHeaders: whatever part of a request has come before the end, on
// a new connection or a kept one, the rest is waited for.
func TestLeaveHalfHeaders(t *testing.T) {
	f := mustServe(t, new(ring))
	whole := map[string]*client{}
	for _, cut := range []int{1, 10, strings.Index(request, "\r\n\r\n"), len(request) - 1} {
		for _, kept := range []bool{false, true} {
			name := fmt.Sprintf("%d bytes, kept %v", cut, kept)
			c := mustDial(t, f.addr)
			if kept {
				c.send(t, request)
				c.mustAnswer(t, name)
			}
			c.send(t, request[:cut])
			whole[name] = c
		}
	}
	f.do(t, "POST", path, good).wantOK(t, "behind them") // they have been accepted
	f.stop()
	waitRefused(t, f.addr)
	for name, c := range whole {
		var cut int
		fmt.Sscanf(name, "%d", &cut)
		c.send(t, request[cut:])
		if last := c.mustAnswer(t, name); !last && cut < strings.Index(request, "\r\n\r\n") {
			t.Errorf("%s: the answer does not say that the connection ends", name)
		}
	}
	if err := <-f.ended; err != nil {
		t.Error(err)
	}
}

// waitRefused waits until nobody listens.
func waitRefused(t *testing.T, addr string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		c.Close()
	}
	t.Fatal("the server still takes connections")
}

// TestLeaveQueue: who waited to be accepted when the end came is answered.
func TestLeaveQueue(t *testing.T) {
	ln := mustListen(t, "127.0.0.1:0")
	var queue []*client
	for range 20 {
		c := mustDial(t, ln.Addr().String())
		c.send(t, request)
		queue = append(queue, c)
	}
	f := mustServe(t, new(ring)) // for a handler
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := f.send(t, "POST", path, r.Body)
		w.WriteHeader(a.StatusCode)
		io.WriteString(w, a.body)
	})
	over, end := context.WithCancel(context.Background())
	end()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(over, ln, h, server.Options{Log: discard}) }()
	for i, c := range queue {
		c.mustAnswer(t, fmt.Sprintf("number %d", i))
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestDrain: for a while everybody is still served and told to go elsewhere.
func TestDrain(t *testing.T) {
	o, begun, end := gate()
	f := mustServeAs(t, new(ring), o)
	f.wantProbe(t, "/readyz", 200, "ok\n")
	kept, idle := mustDial(t, f.addr), mustDial(t, f.addr)
	for _, c := range []*client{kept, idle} {
		c.send(t, request)
		if c.mustAnswer(t, "before") {
			t.Error("a connection ends for no reason")
		}
	}
	f.stop()
	<-begun
	f.wantProbe(t, "/readyz", 503, "this server is shutting down\n")
	f.wantProbe(t, "/healthz", 200, "ok\n")
	for name, c := range map[string]*client{"kept": kept, "new": mustDial(t, f.addr)} {
		c.send(t, request)
		if !c.mustAnswer(t, name) {
			t.Errorf("%s: the answer does not say that the connection ends", name)
		}
	}
	close(end)
	if err := <-f.ended; err != nil {
		t.Error(err)
	}
	if _, err := idle.answers.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("an idle connection: %v, want its end", err)
	}
}

// TestLeaveUnused: a connection without a request does not hold up the end.
func TestLeaveUnused(t *testing.T) {
	f := mustServe(t, new(ring))
	c := mustDial(t, f.addr)
	f.do(t, "POST", path, good).wantOK(t, "behind it")
	start := time.Now()
	f.stop()
	if err := <-f.ended; err != nil || time.Since(start) > 3*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	if _, err := c.answers.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want its end", err)
	}
}

func (f *face) wantProbe(t *testing.T, path string, status int, body string) {
	t.Helper()
	if a := f.do(t, "GET", path, "", "X-Request-Id", "mine"); a.StatusCode != status || a.body != body ||
		a.Header.Get("X-Request-Id") != "mine" {
		t.Errorf("GET %s: got %d %q, want %d %q", path, a.StatusCode, a.body, status, body)
	}
	if a := f.do(t, "HEAD", path, ""); a.StatusCode != status || a.body != "" {
		t.Errorf("HEAD %s: got %d %q", path, a.StatusCode, a.body)
	}
	if a := f.do(t, "POST", path, ""); a.StatusCode != 405 || a.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST %s: got %d, Allow %q", path, a.StatusCode, a.Header.Get("Allow"))
	}
}

// TestReady: who knows that this server should get no requests says why, in
// one line.
func TestReady(t *testing.T) {
	var reason error
	f := mustServeAs(t, new(ring), server.Options{Ready: func() error { return reason }})
	f.wantProbe(t, "/readyz", 200, "ok\n")
	reason = errors.New("the keyring\nis gone")
	f.wantProbe(t, "/readyz", 503, "the keyring is gone\n")
	f.wantProbe(t, "/healthz", 200, "ok\n")
	f.do(t, "POST", path, good).wantOK(t, "whoever asks all the same")
}

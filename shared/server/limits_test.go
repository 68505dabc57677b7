package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"rekey/shared/server"
)

// soon is a limit that a test reaches; every other one is far away in it.
const soon, never = 50 * time.Millisecond, time.Hour

func unlimited() server.Options {
	return server.Options{Log: discard,
		HeaderTimeout: never, ReadTimeout: never, WriteTimeout: never, IdleTimeout: never, FlightTime: never}
}

// wantCut waits for the server to hang up, which the client does not do first.
func (c *client) wantCut(t *testing.T, name string) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c.answers); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%s: the connection stays open", name)
	}
}

// TestSlowReads: who dawdles over a header, over a body or between requests is
// cut off by that limit and no other.
func TestSlowReads(t *testing.T) {
	header, read, idle := unlimited(), unlimited(), unlimited()
	header.HeaderTimeout, read.ReadTimeout, idle.IdleTimeout = soon, soon, soon
	half := request[:len(request)-1]
	for name, row := range map[string]struct {
		o    server.Options
		send string
	}{
		"half a header": {header, half[:30]},
		"half a body":   {read, half},
		"no request":    {header, ""},
	} {
		mustDial(t, mustServeAs(t, new(ring), row.o).addr, row.send).wantCut(t, name)
	}
	c := mustDial(t, mustServeAs(t, new(ring), idle).addr, request)
	if c.mustAnswer(t, "before the pause") {
		t.Error("the answer says that the connection ends")
	}
	c.wantCut(t, "between requests")
}

// serveHandler runs a handler of the test's own, and sends it a request.
func serveHandler(t *testing.T, o server.Options, h http.HandlerFunc) *client {
	t.Helper()
	ln := mustListen(t, "127.0.0.1:0")
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go server.Serve(ctx, ln, h, o)
	return mustDial(t, ln.Addr().String(), request)
}

// TestSlowWrites: who does not take the answer is cut off.
func TestSlowWrites(t *testing.T) {
	o := unlimited()
	o.WriteTimeout = soon
	ended := make(chan error, 1)
	serveHandler(t, o, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<20)); err != nil {
				ended <- err
				return
			}
		}
	})
	select {
	case err := <-ended:
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v, want its deadline", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it is still being written to")
	}
}

// TestFlightTime: a request that does not end does not hold up the end for
// ever, and Serve says that it was cut off.
func TestFlightTime(t *testing.T) {
	o, r := unlimited(), &ring{arrived: make(chan struct{}), gate: make(chan struct{})}
	o.FlightTime = soon
	f := mustServeAs(t, r, o)
	t.Cleanup(func() { close(r.gate) })
	c := mustDial(t, f.addr, request)
	<-r.arrived
	f.stop()
	select {
	case err := <-f.ended:
		if err == nil || !strings.Contains(err.Error(), "were cut off") {
			t.Errorf("got %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Serve does not end")
	}
	c.wantCut(t, "the request in flight")
}

// TestUsualLimits are those of docs/operations.md.
func TestUsualLimits(t *testing.T) {
	got := make(chan *http.Server, 1)
	serveHandler(t, server.Options{Log: discard}, func(_ http.ResponseWriter, r *http.Request) {
		got <- r.Context().Value(http.ServerContextKey).(*http.Server)
	})
	s := <-got
	for name, row := range map[string][2]any{
		"header": {s.ReadHeaderTimeout, 5 * time.Second}, "read": {s.ReadTimeout, 15 * time.Second},
		"write": {s.WriteTimeout, 30 * time.Second}, "idle": {s.IdleTimeout, 2 * time.Minute},
		"flight": {server.FlightTime, 7500 * time.Millisecond}, "bytes of a header": {s.MaxHeaderBytes, 16 << 10},
	} {
		if row[0] != row[1] {
			t.Errorf("%s: got %v, want %v", name, row[0], row[1])
		}
	}
}

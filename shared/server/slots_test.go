package server_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rekey/shared/server"
)

// dial opens a connection, and sends something on it.
func (f *face) dial(t *testing.T, send string) *client {
	t.Helper()
	c := mustDial(t, f.addr)
	io.WriteString(c, send)
	return c
}

// answer reads one answer; the status is 0 if the server hangs up.
func (c *client) answer() (status int, body string, closes bool) {
	r, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return 0, err.Error(), true
	}
	b, _ := io.ReadAll(r.Body)
	return r.StatusCode, string(b), r.Close
}

const healthy = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

func posted(body string) string {
	return fmt.Sprintf("POST "+path+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// TestIdleFlood: who holds idle connections keeps nobody out; those that have
// been idle for the longest go first.
func TestIdleFlood(t *testing.T) {
	const most = 8
	f := mustServeAs(t, new(ring), server.Options{MaxConnections: most})
	var idle []*client
	for range most {
		c := f.dial(t, healthy)
		if status, _, _ := c.answer(); status != 200 {
			t.Fatalf("got %d", status)
		}
		idle = append(idle, c)
		time.Sleep(time.Millisecond)
	}
	for i := range 3 {
		if status, body, _ := f.dial(t, healthy).answer(); status != 200 {
			t.Errorf("%d. over the limit: got %d %s", i, status, body)
		}
		if status, _, _ := idle[i].answer(); status != 0 {
			t.Errorf("the %d. is not closed: got %d", i, status)
		}
	}
	last := idle[most-1]
	io.WriteString(last, posted(good))
	if status, body, _ := last.answer(); status != 200 {
		t.Errorf("the last idle one: got %d %s", status, body)
	}
}

// TestHalfAHeader: a connection on which a request has begun is not idle.
func TestHalfAHeader(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{MaxConnections: 2})
	half, idle := f.dial(t, healthy), f.dial(t, healthy)
	for _, c := range []*client{half, idle} {
		if status, _, _ := c.answer(); status != 200 {
			t.Fatalf("got %d", status)
		}
	}
	io.WriteString(half, "GET /healthz HTTP/1.1\r\n")
	if status, body, _ := f.dial(t, healthy).answer(); status != 200 {
		t.Errorf("the third: got %d %s", status, body)
	}
	if status, _, _ := idle.answer(); status != 0 {
		t.Errorf("the idle one is not closed: got %d", status)
	}
	io.WriteString(half, "Host: localhost\r\n\r\n")
	if status, body, _ := half.answer(); status != 200 {
		t.Errorf("the one with half a header: got %s", body)
	}
}

// TestWaits: who comes while all are busy waits, and is not refused.
func TestWaits(t *testing.T) {
	r := &ring{arrived: make(chan struct{}), gate: make(chan struct{})}
	f := mustServeAs(t, r, server.Options{MaxConnections: 1})
	busy := f.dial(t, posted(good))
	<-r.arrived
	waits := f.dial(t, healthy)
	waits.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if status, body, _ := waits.answer(); status != 0 || !strings.Contains(body, "timeout") {
		t.Errorf("while the other one is busy: got %d %s", status, body)
	}
	close(r.gate)
	if status, _, _ := busy.answer(); status != 200 {
		t.Errorf("the busy one: got %d", status)
	}
	waits.SetReadDeadline(time.Now().Add(20 * time.Second))
	if status, body, _ := waits.answer(); status != 200 {
		t.Errorf("the one that waited: got %d %s", status, body)
	}
}

// TestYields: a connection that is never idle makes room with an answer, and
// the answer says so.
func TestYields(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{MaxConnections: 1})
	busy := f.dial(t, posted(good))
	status, body, closes := busy.answer()
	waits := f.dial(t, healthy)
	for begun := time.Now(); status == 200 && !closes && time.Since(begun) < 10*time.Second; {
		io.WriteString(busy, posted(good))
		status, body, closes = busy.answer()
	}
	if status != 200 {
		t.Errorf("the busy one: got %d %s", status, body)
	}
	if status, body, _ := waits.answer(); status != 200 {
		t.Errorf("the one that waited: got %d %s", status, body)
	}
}

// TestBusyClients: clients that keep their connections see no error, whether
// there is just room for all or for a few, while somebody floods with idle
// connections.
func TestBusyClients(t *testing.T) {
	for _, most := range []int{200, 50} {
		f := mustServeAs(t, new(ring), server.Options{MaxConnections: most})
		transport := &http.Transport{MaxIdleConnsPerHost: 200}
		client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
		var served atomic.Int64
		var all sync.WaitGroup
		for range 200 {
			all.Add(1)
			go func() {
				defer all.Done()
				for range 10 {
					answer, err := client.Post(f.url+path, "", strings.NewReader(good))
					if err != nil {
						t.Errorf("most %d: %v", most, err)
						return
					}
					io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
					if answer.StatusCode == 200 {
						served.Add(1)
					}
				}
			}()
		}
		for range 50 {
			f.dial(t, healthy)
		}
		all.Wait()
		if n := served.Load(); n != 200*10 {
			t.Errorf("most %d: %d of %d requests were served", most, n, 200*10)
		}
		transport.CloseIdleConnections()
		f.stop()
	}
}

// TestDrip: the first bytes of a request keep a place for no longer than a
// header may take.
func TestDrip(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{MaxConnections: 1, HeaderTimeout: 1100 * time.Millisecond})
	drip := f.dial(t, healthy)
	if status, _, _ := drip.answer(); status != 200 {
		t.Fatalf("got %d", status)
	}
	io.WriteString(drip, "GE")
	if status, body, _ := f.dial(t, healthy).answer(); status != 200 {
		t.Errorf("another one: got %d %s", status, body)
	}
}

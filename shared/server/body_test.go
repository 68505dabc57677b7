package server_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/shared/server"
)

const chunked = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"

// TestUnfinishedBodies: bodies that do not end take what has come of them, and
// all together no more than they may.
func TestUnfinishedBodies(t *testing.T) {
	const largest, least = 262144, 1 << 20
	for name, row := range map[string]struct {
		send string
		most int64 // bytes for 200 of them
	}{
		"a promise": {fmt.Sprintf("POST "+path+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n",
			largest), 8 << 20},
		"a byte":         {chunked + "1\r\n{\r\n", 8 << 20},
		"all but a byte": {posted(strings.Repeat(" ", largest))[:largest+50], 8<<20 + 2*least},
		"a long chunk": {chunked + fmt.Sprintf("%x\r\n%s", largest, strings.Repeat(" ", largest-1)),
			8<<20 + 2*least},
		"a medium chunk": {chunked + fmt.Sprintf("%x\r\n%s", largest, strings.Repeat(" ", 5000)),
			8<<20 + 2*least},
		"ten thousand of them": {chunked + strings.Repeat("1\r\n \r\n", 10_000), 8<<20 + 2*least},
	} {
		f := mustServeAs(t, new(ring), server.Options{}, server.MaxBodyMemory(least))
		before := live()
		var sent sync.WaitGroup
		for range 200 {
			c := f.dial(t, "")
			sent.Add(1)
			go func() {
				defer sent.Done()
				io.WriteString(c, row.send)
			}()
		}
		sent.Wait()
		if status, body, _ := f.dial(t, posted(good)).answer(); status != 200 {
			t.Errorf("%s: a small request: got %d %s", name, status, body)
		}
		for range 5 {
			if took := live() - before; took > row.most {
				t.Fatalf("%s: 200 unfinished bodies take %d bytes, want at most %d", name, took, row.most)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// live is how much memory is in use.
func live() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // for what was in pools
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestNoRoom: a body for which there is no memory waits, and is then refused
// in a way that says to try again; with the memory it is served.
func TestNoRoom(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{}, server.MaxBodyMemory(1)) // one body at a time
	large := good + strings.Repeat(" ", 5000)
	head := fmt.Sprintf("POST "+path+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", len(large))
	f.do(t, "POST", path, large).wantOK(t, "alone")
	holds := f.dial(t, head+large[:4500])
	refused := f.do(t, "POST", path, large)
	// the bytes of the other one are on their way
	for begun := time.Now(); refused.StatusCode == 200 && time.Since(begun) < 10*time.Second; {
		refused = f.do(t, "POST", path, large)
	}
	refused.wantError(t, "another one", 429, 8)
	if refused.Header.Get("Retry-After") != "1" || refused.Header.Get("X-Request-Id") == "" || !refused.Close {
		t.Errorf("another one: got %v", refused.Header)
	}
	f.do(t, "POST", path, good).wantOK(t, "a small one")

	waits := f.dial(t, head+large)
	io.WriteString(holds, large[4500:])
	for name, c := range map[string]*client{"the one that held the memory": holds, "the one that waited": waits} {
		if status, body, _ := c.answer(); status != 200 {
			t.Errorf("%s: got %d %s", name, status, body)
		}
	}
	f.do(t, "POST", path, large).wantOK(t, "after all")
}

// TestManyLargeBodies: bodies that wait for memory do not wait for each other.
func TestManyLargeBodies(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{}, server.MaxBodyMemory(1<<20))
	body := good + strings.Repeat(" ", 262144-len(good))
	var all sync.WaitGroup
	for range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			a := f.do(t, "POST", path, body)
			// on a machine with other work to do
			for begun := time.Now(); a.StatusCode == 429 && time.Since(begun) < 20*time.Second; {
				a = f.do(t, "POST", path, body)
			}
			a.wantOK(t, "a large one")
		}()
	}
	all.Wait()
}

// TestSlowBody: a body that is late is told so, with the limit, and its
// connection ends; one that ends early, or is over its size, is not slow.
func TestSlowBody(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{ReadTimeout: 300 * time.Millisecond})
	head := fmt.Sprintf("POST "+path+" HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", 6000)
	for name, send := range map[string]string{
		"nothing of it":          head,
		"some of it":             head + good,
		"most of it":             head + strings.Repeat(" ", 5999),
		"a chunk without an end": chunked + fmt.Sprintf("%x\r\n%s\r\n", len(good), good),
		"half a chunk":           chunked + "ff\r\n ",
	} {
		got := f.mustRaw(t, send, 10*time.Second)
		for _, want := range []string{"HTTP/1.1 408 ", "\r\nConnection: close\r\n", "\r\nX-Request-Id: ",
			`{"code":4,"message":"the body came too slowly: `, "within 300ms"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q in it", name, got, want)
			}
		}
	}
	for name, send := range map[string]string{
		"a bad chunk": chunked + "zz\r\n", "too large": chunked + "40001\r\n" + strings.Repeat(" ", 0x40001),
	} {
		if got := f.mustRaw(t, send, 10*time.Second); !strings.Contains(got, `{"code":3,`) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	f.do(t, "POST", path, good).wantOK(t, "in time")
}

package server_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestAnswer: an answer has its length and ends a line, and one of the
// server's own has the request id as any other.
func TestAnswer(t *testing.T) {
	f := mustServe(t, new(ring))
	a := f.do(t, "POST", path, good)
	a.wantOK(t, "encrypt")
	if a.ContentLength != int64(len(a.body)) || !strings.HasSuffix(a.body, "}\n") {
		t.Errorf("got %v, %q", a.Header, a.body)
	}
	for given, length := range map[string]int{"mine-1": 6, "not sane": 36} {
		a := f.do(t, "POST", path, good, "x-request-id", given, "Origin", "https://example.com")
		if id := a.Header.Get("X-Request-Id"); len(id) != length {
			t.Errorf("a refused origin, %q: got %q", given, id)
		}
	}
}

// TestPaths: what else a server may be asked for.
func TestPaths(t *testing.T) {
	f := mustServe(t, new(ring))
	for _, p := range []string{"/", "", "//kms/v1/keys/one:encrypt", "/x/../kms/v1/keys/one:encrypt", "/base" + path,
		"/favicon.ico", "/healthz/", "/%68ealthz"} {
		f.do(t, "POST", p, good).wantError(t, p, 404, 5)
		f.do(t, "GET", p, "").wantError(t, "GET "+p, 404, 5)
	}
}

func TestHealthz(t *testing.T) {
	f := mustServe(t, new(ring))
	if a := f.do(t, "GET", "/healthz", "", "X-Request-Id", "mine"); a.StatusCode != 200 || a.body != "ok\n" ||
		a.Header.Get("X-Request-Id") != "mine" {
		t.Errorf("GET: got %d %q", a.StatusCode, a.body)
	}
	if a := f.do(t, "HEAD", "/healthz", ""); a.StatusCode != 200 || a.body != "" {
		t.Errorf("HEAD: got %d %q", a.StatusCode, a.body)
	}
	if a := f.do(t, "POST", "/healthz", ""); a.StatusCode != 405 || a.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: got %d, Allow %q", a.StatusCode, a.Header.Get("Allow"))
	}
}

// TestOrigin: pages from elsewhere may not use the keys of a person who looks at
// them.
func TestOrigin(t *testing.T) {
	f := mustServe(t, new(ring))
	for _, origin := range []string{"http://localhost", "http://localhost:3000", "http://127.0.0.1:8480",
		"https://[::1]:1", f.url} {
		f.do(t, "POST", path, good, "Origin", origin).wantOK(t, origin)
	}
	for _, origin := range []string{
		"https://example.com", "http://localhost.example.com", "http://127.0.0.1.example.com",
		"http://example.com:8480", "null",
		"http://localhost@example.com", "http://0.0.0.0:1", "http://192.0.2.1", "file://", "file://localhost",
		"chrome-extension://abc", "chrome-extension://localhost", "://", "%", "localhost",
	} {
		a := f.do(t, "POST", path, good, "Origin", origin)
		a.wantError(t, origin, 403, 7)
		for header := range a.Header {
			if strings.HasPrefix(header, "Access-Control-") {
				t.Errorf("%s: got the header %s", origin, header)
			}
		}
		f.do(t, "OPTIONS", path, "", "Origin", origin).wantError(t, "preflight of "+origin, 403, 7)
	}
}

// mustRaw sends bytes as they are and returns what comes back until the
// server hangs up or the time is over.
func (f *face) mustRaw(t *testing.T, request string, wait time.Duration) string {
	t.Helper()
	c, err := net.Dial("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(wait))
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(c)
	return string(answer)
}

// TestRaw: requests that no decent client sends.
func TestRaw(t *testing.T) {
	f := mustServe(t, new(ring))
	const head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	for name, row := range map[string][2]string{
		"a huge promise": {fmt.Sprintf(head+"Content-Length: %d\r\n\r\n%s", int64(1)<<40,
			strings.Repeat(" ", 262145)), "HTTP/1.1 413 "},
		"waiting for a word": {fmt.Sprintf(head+"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", int64(1)<<40),
			"HTTP/1.1 413 "},
		"OPTIONS *": {"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 "},
		"a broken query": {"POST " + path + "?keyId=two;x=1 HTTP/1.1\r\nHost: x\r\nConnection: " +
			"close\r\nContent-Length: 20\r\n\r\n" + good, "HTTP/1.1 400 "},
		"another key's id": {"POST " + path + "?keyId=two HTTP/1.1\r\nHost: x\r\nConnection: " +
			"close\r\nContent-Length: 20\r\n\r\n" + good, "HTTP/1.1 400 "},
		"a body cut short": {head + "Content-Length: 100\r\n\r\n" + good, ""},
		"an absolute URL": {"POST http://x" + path + " HTTP/1.1\r\nHost: x\r\nConnection: " +
			"close\r\nContent-Length: 20\r\n\r\n" + good, "HTTP/1.1 200 "},
		"no path": {"POST http://x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 404 "},
		"a bad escape": {"POST /kms/v1/keys/one%zz:encrypt HTTP/1.1\r\nHost: x\r\nConnection: " +
			"close\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 400 "},
		"headers over 16 kB": {head + "X-Long: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", "HTTP/1.1 431 "},
		"a chunked body": {head + "Transfer-Encoding: " +
			"chunked\r\n\r\na\r\n{\"plaintex\r\na\r\nt\":\"eA==\"}\r\n0\r\n\r\n", "HTTP/1.1 200 "},
		"a broken chunk": {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 "},
	} {
		wait := 5 * time.Second
		if row[1] == "" {
			wait = 300 * time.Millisecond // it waits for the rest, as it should
		}
		if got := f.mustRaw(t, row[0], wait); !strings.HasPrefix(got, row[1]) || row[1] == "" && got != "" {
			t.Errorf("%s: got %.300q, want %s", name, got, row[1])
		}
	}
	f.do(t, "POST", path, good, "X-Sane", url.QueryEscape("after it")).wantOK(t, "after it")
}

// TestHalfClosed: a client that sends no more before the body's end has not
// sent a request, whatever it looks like so far.
func TestHalfClosed(t *testing.T) {
	f := mustServe(t, new(ring))
	const head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	for name, request := range map[string]string{
		"a length":           head + "Content-Length: 100\r\n\r\n" + good,
		"no last chunk":      head + "Transfer-Encoding: chunked\r\n\r\n14\r\n" + good + "\r\n",
		"half a chunk":       head + "Transfer-Encoding: chunked\r\n\r\n20\r\n" + good,
		"no end of a chunk":  head + "Transfer-Encoding: chunked\r\n\r\n14\r\n" + good,
		"no size of a chunk": head + "Transfer-Encoding: chunked\r\n\r\n",
	} {
		c, err := net.Dial("tcp", f.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(5 * time.Second))
		io.WriteString(c, request)
		c.(*net.TCPConn).CloseWrite()
		if answer, _ := io.ReadAll(c); len(answer) > 0 && !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
			t.Errorf("%s: got %.200q", name, answer)
		}
	}
}

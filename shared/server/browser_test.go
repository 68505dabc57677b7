package server_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/shared/server"
)

// as sends a request under a name that resolves to the server, as DNS
// rebinding has it.
func (f *face) as(t *testing.T, host string, headers ...string) int {
	t.Helper()
	return f.asTo(t, "POST", host, headers...)
}

// asTo is as with another method.
func (f *face) asTo(t *testing.T, method, host string, headers ...string) int {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+host+path, strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", f.addr)
		},
	}}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	if leaks := answer.StatusCode == 403 && !strings.Contains(string(body), `"code":7,`); leaks ||
		strings.Contains(fmt.Sprint(answer.Header), "Access-Control") {
		t.Errorf("%s, %q: got %v %s", host, headers, answer.Header, body)
	}
	return answer.StatusCode
}

// signs are what tells a browser's request from others.
var signs = [][]string{
	{"Origin", "http://localhost:3000"}, {"Origin", ""}, {"Referer", "http://rebind.example.com/"},
	{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"},
	{"Sec-Fetch-Mode", "cors"}, {"Sec-Fetch-Dest", "empty"},
	{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
	{"User-Agent", "Mozilla/"},
}

var (
	loopback = []string{"localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.1.2.3:80", "[::1]",
		"[::1]:8480", "[::ffff:127.0.0.1]:1", "localhost:1"}
	foreign = []string{"rebind.example.com", "rebind.example.com:8480", "localhost.example.com",
		"127.0.0.1.example.com", "notlocalhost", "0.0.0.0:8480", "192.0.2.1", "[::]", "[2001:db8::1]:80", "upstream",
		"rekey_backend"}
)

// TestRebinding: a page whose name resolves to this machine by now does not
// reach the keys; other programs do, under any name that a proxy may send.
func TestRebinding(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{}, server.FromBrowsers(true, nil))
	for _, host := range append(loopback, foreign...) {
		for _, plain := range [][]string{nil, {"User-Agent", "curl/8.5"}, {"User-Agent", ""},
			{"X-Forwarded-For", "192.0.2.1"}, {"User-Agent", "my Mozilla/5.0"}} {
			if got := f.as(t, host, plain...); got != 200 {
				t.Errorf("%s, %q: got %d", host, plain, got)
			}
		}
	}
	for _, sign := range signs {
		for _, host := range loopback {
			if got := f.as(t, host, sign...); got != 200 {
				t.Errorf("%s, %q: got %d", host, sign, got)
			}
		}
		for _, host := range foreign {
			if got := f.as(t, host, sign...); got != 403 {
				t.Errorf("%s, %q: got %d", host, sign, got)
			}
		}
	}
	for _, site := range []string{"cross-site", "Cross-Site", " cross-site "} {
		if got := f.as(t, "localhost", "Sec-Fetch-Site", site); got != 403 {
			t.Errorf("%q: got %d", site, got)
		}
	}
	if got := f.as(t, "localhost", "Sec-Fetch-Site", "same-site", "Origin", "http://localhost:3000"); got != 200 {
		t.Errorf("a page of another port: got %d", got)
	}
}

// TestNamedHosts: a name that the server was told is as good as loopback, for
// pages of that name too, and no other name is.
func TestNamedHosts(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{}, server.FromBrowsers(true,
		[]string{"kms.example.com", "192.0.2.7"}))
	for _, host := range []string{"kms.example.com", "KMS.example.com:443", "kms.example.com.", "192.0.2.7:80",
		"localhost"} {
		for _, sign := range append(signs, []string{"Origin", "https://kms.example.com"}) {
			if got := f.as(t, host, sign...); got != 200 {
				t.Errorf("%s, %q: got %d", host, sign, got)
			}
		}
	}
	for _, host := range []string{"a.kms.example.com", "example.com", "192.0.2.8"} {
		if got := f.as(t, host, "User-Agent", "Mozilla/5.0"); got != 403 {
			t.Errorf("%s: got %d", host, got)
		}
	}
	if got := f.as(t, "kms.example.com", "Origin", "https://app.example.com", "Sec-Fetch-Site",
		"same-site"); got != 403 {
		t.Errorf("a page of a neighbour: got %d", got)
	}
}

// TestNoHost: HTTP/1.0 has no name, as of some proxies.
func TestNoHost(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{}, server.FromBrowsers(true, nil))
	for headers, want := range map[string]string{"": "200", "User-Agent: Mozilla/5.0\r\n": "403", "Host:\r\n": "200",
		"Host:\r\nReferer: http://a/\r\n": "403"} {
		got := f.mustRaw(t, fmt.Sprintf("POST %s HTTP/1.0\r\n%sContent-Length: %d\r\n\r\n%s", path, headers, len(good),
			good), 5*time.Second)
		if !strings.Contains(got, " "+want+" ") {
			t.Errorf("%q: got %.100q, want %s", headers, got, want)
		}
	}
	const probe = "GET /healthz HTTP/1.1\r\nHost: kms.example.com\r\nUser-Agent: Mozilla/5.0 (compatible; a " +
		"monitor)\r\nConnection: close\r\n\r\n"
	if got := f.mustRaw(t, probe, 5*time.Second); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
		t.Errorf("a monitor: got %.100q", got)
	}
}

// TestOpenToTheNetwork: beyond loopback anybody may call by any name, but no
// page from elsewhere, which a GET does not name.
func TestOpenToTheNetwork(t *testing.T) {
	f := mustServeAs(t, new(ring), server.Options{}, server.FromBrowsers(false, nil))
	for _, host := range append(loopback, foreign...) {
		if got := f.as(t, host, "User-Agent", "Mozilla/5.0"); got != 200 {
			t.Errorf("%s: got %d", host, got)
		}
		if got := f.as(t, host, "Origin", "https://example.com"); got != 403 {
			t.Errorf("%s, a page from elsewhere: got %d", host, got)
		}
		want := 403
		if slices.Contains(loopback, host) {
			want = 405
		}
		if got := f.asTo(t, "GET", host, "User-Agent", "Mozilla/5.0"); got != want {
			t.Errorf("%s, a GET: got %d, want %d", host, got, want)
		}
		if got := f.asTo(t, "GET", host); got != 405 {
			t.Errorf("%s, a GET of no browser: got %d", host, got)
		}
	}
}

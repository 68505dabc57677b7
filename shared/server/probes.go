package server

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"rekey/shared/rest"
)

// probes answers /readyz before the handler, which answers /healthz: a server
// that ends is alive, and wants no more requests.
type probes struct {
	next   http.Handler
	ready  func() error // may be nil
	ending atomic.Bool
}

var errEnding = errors.New("this server is shutting down")

func (p *probes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.ending.Load() {
		w.Header()["Connection"] = []string{"close"}
	}
	if r.URL.EscapedPath() == "/readyz" {
		probe(w, r, p.reason())
		return
	}
	p.next.ServeHTTP(w, r)
}

// reason is why this server is not ready, or nil.
func (p *probes) reason() error {
	if p.ending.Load() {
		return errEnding
	}
	if p.ready == nil {
		return nil
	}
	return p.ready()
}

// probe answers "ok", or 503 and the reason in one line.
func probe(w http.ResponseWriter, r *http.Request, reason error) {
	h := w.Header()
	h.Set("X-Request-Id", rest.RequestID(header(r.Header, "X-Request-Id")))
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if reason == nil {
		io.WriteString(w, "ok\n")
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	io.WriteString(w, strings.Join(strings.Fields(reason.Error()), " ")+"\n")
}

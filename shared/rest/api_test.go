package rest_test

import (
	"io"
	"net/http"
	"testing"

	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/rest"
	"rekey/shared/rest/resttest"
)

// TestAPI holds the API itself, without HTTP, to its conformance suite.
func TestAPI(t *testing.T) {
	w := newWorld(t, "encrypt off", "decrypt off", "encrypt none")
	w.add(t, "off", "v1", key.AES256, 4)
	resttest.Run(t, resttest.Target{
		Client: resttest.Direct(w.answer(t, someone)), Nobody: resttest.Direct(w.answer(t,
			identity.Proof{Caller: "?root"})),
		First: "one", Second: "two", Forbidden: []string{"off", "none"},
		Rotate: func(t *testing.T, id string) { w.add(t, key.ID(id), "v3", key.AES128, 5) },
		Asked:  func() int { w.ring.mu.Lock(); defer w.ring.mu.Unlock(); return len(w.ring.asked) },
	})
}

// answer has the API answer requests of HTTP, with this proof of who calls.
func (w *world) answer(t *testing.T, p identity.Proof) http.HandlerFunc {
	return func(out http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		a := w.Serve(r.Context(), 0, &rest.Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(),
			RequestID: r.Header.Get("X-Request-Id"), Encodings: r.Header["Content-Encoding"], Proof: p, Body: body})
		a.Header(out.Header().Set)
		out.WriteHeader(a.Status)
		out.Write(a.Body)
	}
}

package rest_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/kms"
	"rekey/shared/manage"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
	"rekey/shared/rest/resttest"
)

// TestAPI holds the API itself, without HTTP, to its conformance suite.
func TestAPI(t *testing.T) {
	w := newWorld(t)
	w.add(t, "off", "v1", key.AES256, 4)
	rules := w.rules(rules{"encrypt off", "decrypt off", "encrypt none", "get off"}, requestlog.None)
	w.API = rest.New(identify, rules, rest.Crypto(kms.New(w.ring, rules)), rest.Keys(manage.New(shown, rules)))
	resttest.Run(t, resttest.Target{
		Client: resttest.Direct(w.answer(t, someone)), Nobody: resttest.Direct(w.answer(t,
			identity.Proof{Caller: "?root"})),
		First: "one", Second: "two", Forbidden: []string{"off", "none"}, Shows: true,
		Rotate: func(t *testing.T, id string) { w.add(t, key.ID(id), "v3", key.AES128, 5) },
		Asked:  func() int { w.ring.mu.Lock(); defer w.ring.mu.Unlock(); return len(w.ring.asked) },
	})
}

// shown are the two keys of a world, and one of which little is known.
func shown(context.Context) ([]*keyadmin.Key, error) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	return []*keyadmin.Key{
		{ID: "two", Status: key.Active, FolderID: "f", Name: `a "name"`, CreatedAt: at, RotatedAt: at,
			DefaultAlgorithm: key.AES128, PrimaryVersion: &keyadmin.Version{ID: "v1", KeyID: "two",
				Status: key.VersionActive, Algorithm: key.AES128, CreatedAt: at, Primary: true}},
		{ID: "none", Status: key.Inactive}, {ID: "one", Status: key.Active},
	}, nil
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

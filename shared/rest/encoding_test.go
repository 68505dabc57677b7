package rest_test

import (
	"testing"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/rest"
)

// TestContentEncoding: a body that is encoded is not looked at, and is 415 in
// the place where a fault of the body is told: after the key id and the
// permission, before the store is asked.
func TestContentEncoding(t *testing.T) {
	w := newWorld(t, "encrypt two")
	for _, row := range []struct {
		action, body string
		encodings    []string
		status       int
		code         api.Code
		message      string
	}{
		{"one:encrypt", `{"plaintext":"eA=="}`, []string{"gzip"}, 415, api.InvalidArgument,
			`the body has the Content-Encoding "gzip": send it as it is, without that header`},
		{"one:encrypt", "\x1f\x8b\x08", []string{"gzip"}, 415, api.InvalidArgument,
			`the body has the Content-Encoding "gzip": ...`},
		{"one:encrypt", `{}`, []string{"identity, BR"}, 415, api.InvalidArgument,
			`the body has the Content-Encoding "BR": ...`},
		{"one:encrypt", `{}`, []string{"identity", "x\x00"}, 415, api.InvalidArgument,
			`the body has the Content-Encoding "x\x00": ...`},
		{"one:encrypt", `{}`, []string{"Identity ,", ""}, 400, api.InvalidArgument, "plaintext: is required"},
		{"o%20ne:encrypt", `{}`, []string{"gzip"}, 400, api.InvalidArgument, "keyId: has a character..."},
		{"two:encrypt", `{}`, []string{"gzip"}, 403, api.PermissionDenied, "not allowed"},
		{"one:encode", `{}`, []string{"gzip"}, 404, api.NotFound, ""},
		{"one:encrypt", string(make([]byte, 262145)), []string{"gzip"}, 413, api.InvalidArgument, ""},
	} {
		r := rest.Request{Path: rest.Prefix + row.action, Proof: someone, Body: []byte(row.body),
			Encodings: row.encodings}
		w.serve(t, 0, r).wantError(t, row.action, row.status, row.code, row.message)
		w.wantUnasked(t, row.action)
		r.Proof = identity.Proof{}
		w.serve(t, 0, r).wantError(t, "a stranger", 401, api.Unauthenticated, "")
	}
	// The key id may stand in the body, which nobody has read.
	r := rest.Request{Proof: someone, Body: []byte(`{"keyId":"one"}`), Encodings: []string{"gzip"}}
	w.serve(t, api.Encrypt, r).wantError(t, "no path", 415, api.InvalidArgument,
		"the body has the Content-Encoding ...")
}

package rest_test

import (
	"testing"

	"rekey/shared/api"
	"rekey/shared/manage"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
)

// TestOnly: an entry of one operation serves no other, by no path.
func TestOnly(t *testing.T) {
	w := newWorld(t)
	for _, only := range api.Operations {
		for _, asked := range api.Operations {
			name := only.String() + " asked for " + asked.String()
			r := rest.Request{Method: "POST", Path: rest.Prefix + "one:" + asked.String(), Proof: someone,
				Body: []byte(`{}`)}
			if a := w.serve(t, only, r); only == asked {
				a.wantError(t, name, 400, api.InvalidArgument, "")
			} else {
				a.wantError(t, name, 404, api.NotFound, "no such path here: this function serves :"+only.String()+
					" only, not :"+asked.String())
			}
		}
		a := w.serve(t, only, rest.Request{Proof: someone, Body: []byte(`{}`)})
		a.wantError(t, only.String()+" without a path", 400, api.InvalidArgument, "")
	}
	w.wantUnasked(t, "only")
}

// headers of a response, as a face sends them.
func headers(r *rest.Response) map[string]string {
	out := map[string]string{}
	r.Header(func(name, value string) { out[name] = value })
	return out
}

// TestNotFound: paths that cannot be sent over HTTP, or that mean something
// else to a platform.
func TestNotFound(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "kms/v1/keys/one:encrypt", "/x/kms/v1/keys/one:encrypt",
		"/kms/v1//keys/one:encrypt",
		"/kms/v1/keys/x/../one:encrypt", "/kms/v1/keys/one:encrypt%", "/kms/v1/keys/one%%3A3Aencrypt",
		"/kms/v1/keys/one:encrypt?keyId=one", "/kms/v1/keys/one:encrypt#"} {
		a := w.serve(t, 0, rest.Request{Method: "POST", Path: path, Proof: someone,
			Body: []byte(`{"plaintext":"eA=="}`)})
		a.wantError(t, path, 404, api.NotFound, "no such path: ...")
		w.wantUnasked(t, path)
	}
	w.serve(t, 0, rest.Request{Proof: someone}).wantError(t, "no path", 404, api.NotFound, "the request has no path...")
}

// TestOneSpelling: a key has one path, so that a rule of a proxy about it has
// no way around.
func TestOneSpelling(t *testing.T) {
	w := newWorld(t)
	rules := w.rules(nil, requestlog.None)
	w.API = rest.New(identify, rules, rest.Keys(manage.New(shown, rules)))
	for _, path := range []string{"/kms/v1/keys/one:", "/kms/v1/keys/one%3A", "/kms/v1/keys/one%3a", "/kms/v1/keys/:",
		"/kms/v1/keys/", "/kms/v1/keys:"} {
		w.serve(t, 0, rest.Request{Method: "GET", Path: path, Proof: someone}).wantError(t, path, 404, api.NotFound,
			"no such path: ...")
	}
}

// TestNoPath: a request without a path is for the one operation that is
// served, with the key id in query and body, which must agree.
func TestNoPath(t *testing.T) {
	w := newWorld(t)
	const differ = "keyId: path, query and body name different keys"
	for _, row := range []struct {
		query []string
		body  string
		fault string
	}{
		{[]string{"one"}, "", ""}, {nil, "one", ""}, {[]string{""}, "one", ""}, {[]string{"one", "one"}, "one", ""},
		{[]string{"one"}, "two", differ}, {[]string{"one", "two"}, "", differ}, {[]string{"one", "One"}, "", differ},
		{nil, "", "keyId: is required"}, {[]string{""}, "", "keyId: is required"},
		{[]string{"o/e"}, "", "keyId: has a character outside [A-Za-z0-9._-] at position 2"},
		{nil, `o\u0000e`, "keyId: has a character outside [A-Za-z0-9._-] at position 2"},
	} {
		a := w.serve(t, api.Encrypt, rest.Request{Query: map[string][]string{"keyId": row.query}, Proof: someone,
			Body: []byte(`{"plaintext":"eA==","keyId":"` + row.body + `"}`)})
		if row.fault == "" {
			a.wantOK(t, row.body, "ciphertext")
			w.ring.asked = nil
			continue
		}
		a.wantError(t, row.body, 400, api.InvalidArgument, row.fault)
		w.wantUnasked(t, row.body)
	}
	// The key id may stand in a body that nobody has read, or behind a fault.
	r := rest.Request{Proof: someone, Body: []byte(`{"keyId":"one"}`), Encodings: []string{"gzip"}}
	w.serve(t, api.Encrypt, r).wantError(t, "encoded", 415, api.InvalidArgument,
		"the body has the Content-Encoding ...")
	w.refuse("encrypt one")
	r = rest.Request{Proof: someone, Body: []byte(`{"plaintext":1,"keyId":"one"}`)}
	w.serve(t, api.Encrypt, r).wantError(t, "behind a fault", 403, api.PermissionDenied, "not allowed")
}

package rest_test

import (
	"testing"

	"rekey/shared/api"
	"rekey/shared/rest"
)

const noSuchPath = "no such path: want /kms/v1/keys/{keyId}:encrypt, :decrypt, :reEncrypt or :generateDataKey"

// TestPathsTaken: the spellings of a path, all of key one.
func TestPathsTaken(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{
		"/kms/v1/keys/one:encrypt", "/kms/v1/keys/one%3Aencrypt", "/kms/v1/keys/one%3aencrypt",
	} {
		a := w.serve(t, 0, rest.Request{Method: "POST", Path: path, Proof: someone, Body: []byte(`{"plaintext":"eA=="}`)})
		a.wantOK(t, path, "ciphertext")
	}
}

// TestNotFound: paths that are none.
func TestNotFound(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{
		"/", "kms/v1/keys/one:encrypt", "/kms/v1/keys", "/kms/v1/keys/", "/kms/v1/keys/one", "/kms/v1/keys/one:",
		"/kms/v1/keys/one:Encrypt", "/kms/v1/keys/one:reencrypt", "/kms/v1/keys/one:rotate",
		"/kms/v1/keys/one:encrypt/",
		"/kms/v1/keys/one/x:encrypt", "/kms/v1/keys/one:encrypt?keyId=one", "/kms/v1/keys/one:encrypt%20",
		"/kms/v1/keys/one:encrypt%",
		"/kms/v1/keys/one%253Aencrypt", "/kms/v2/keys/one:encrypt", "/KMS/v1/keys/one:encrypt",
		"/kms/v1//keys/one:encrypt",
		"/kms/v1/keys/one:encrypt:", "/kms/v1/keys/one;encrypt", "/x/kms/v1/keys/one:encrypt",
		"/kms/v1/keys/one:%65ncrypt", "/kms/v1/keys/one:encryp%74", "/kms/v1/keys/one%3A%65ncrypt",
		"/kms/v1/keys/one:encrypt%00",
		"/kms/v1/%6Beys/one:encrypt", "/kms%2Fv1/keys/one:encrypt", "/kms/v1/keys/one%25%33%41encrypt",
		"/kms/v1/keys/one%%3A3Aencrypt",
		"/kms/v1/keys/one:encrypt;x=1", "/kms/v1/keys/./one:encrypt", "/kms/v1/keys/x/../one:encrypt",
		"/kms/v1/keys//one:encrypt",
		"/kms/v1/keys/one:encrypt#", "/kms/v1/keys/one\uff1aencrypt",
	} {
		a := w.serve(t, 0, rest.Request{Method: "POST", Path: path, Proof: someone, Body: []byte(`{"plaintext":"eA=="}`)})
		a.wantError(t, path, 404, api.NotFound, noSuchPath)
		w.wantUnasked(t, path)
	}
	w.serve(t, 0, rest.Request{Proof: someone}).wantError(t, "no path", 404, api.NotFound,
		"the request has no path...")
}

// TestEscapedKeyID: no character of a key id has a second spelling.
func TestEscapedKeyID(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"o%6Ee:encrypt", "o%6ee%3Aencrypt", "o%2Fe:encrypt", "o%256Ee:encrypt",
		"o%20e:encrypt", "o%:encrypt", "o;e:encrypt", "o+e:encrypt"} {
		w.post(t, path, `{"plaintext":"eA=="}`).
			wantError(t, path, 400, api.InvalidArgument, "keyId: has a character outside [A-Za-z0-9._-] at position 2")
		w.wantUnasked(t, path)
	}
}

// TestLastColon: the operation stands after the last colon; what is before it
// is the key id, good or bad.
func TestLastColon(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"a:b:encrypt", "a%3Ab:encrypt", "a:b%3Aencrypt"} {
		w.post(t, path, `{"plaintext":"eA=="}`).
			wantError(t, path, 400, api.InvalidArgument, "keyId: has a character outside [A-Za-z0-9._-] at position 2")
	}
}

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

// TestNotAllowed: a known path, whatever is wrong with the rest, with another
// method. An unknown path is not found first.
func TestNotAllowed(t *testing.T) {
	w := newWorld(t)
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post", "BREW"} {
		for _, body := range []string{`{"plaintext":"eA=="}`, "junk"} {
			r := rest.Request{Method: method, Path: rest.Prefix + "none:encrypt", Proof: someone,
				Body: []byte(body), TooLarge: body == "junk"}
			a := w.serve(t, 0, r)
			a.wantError(t, method, 405, api.Unimplemented, "this path takes POST only")
			if a.Allow != "POST" || headers(a.Response)["Allow"] != "POST" {
				t.Errorf("%s: Allow is %q, want POST", method, a.Allow)
			}
			r.Path = "/kms/v1/keys/none"
			a = w.serve(t, 0, r)
			a.wantError(t, method+" elsewhere", 404, api.NotFound, noSuchPath)
			if a.Allow != "" {
				t.Errorf("%s elsewhere: Allow is %q", method, a.Allow)
			}
		}
	}
	w.wantUnasked(t, "not allowed")
}

// headers of a response, as a face sends them.
func headers(r *rest.Response) map[string]string {
	out := map[string]string{}
	r.Header(func(name, value string) { out[name] = value })
	return out
}

// TestKeyIDAgrees: wherever the key id stands it must be the same; two of
// path, query and body are enough to differ.
func TestKeyIDAgrees(t *testing.T) {
	w := newWorld(t)
	const differ = "keyId: path, query and body name different keys"
	for _, row := range []struct {
		path  string
		query []string
		body  string
		fault string
	}{
		{"one", nil, "", ""}, {"", []string{"one"}, "", ""}, {"", nil, "one", ""},
		{"one", []string{"one"}, "one", ""}, {"one", []string{"one", "one"}, "", ""}, {"", []string{""}, "one", ""},
		{"one", []string{"two"}, "", differ}, {"one", nil, "two", differ}, {"", []string{"one"}, "two", differ},
		{"one", []string{"one"}, "two", differ}, {"one", []string{"two"}, "one", differ},
		{"two", []string{"one"}, "one", differ},
		{"", []string{"one", "two"}, "", differ}, {"", []string{"one", "One"}, "", differ},
		{"one", nil, "one ", differ},
		{"", nil, "", "keyId: is required"}, {"", []string{""}, "", "keyId: is required"},
		{"", []string{"o/e"}, "", "keyId: has a character outside [A-Za-z0-9._-] at position 2"},
	} {
		r := rest.Request{Query: map[string][]string{"keyId": row.query}, Proof: someone,
			Body: []byte(`{"plaintext":"eA==","keyId":"` + row.body + `"}`)}
		if row.path != "" {
			r.Path = rest.Prefix + row.path + ":encrypt"
		}
		name := row.path + "|" + row.body + "|" + row.fault
		a := w.serve(t, api.Encrypt, r)
		if row.fault == "" {
			a.wantOK(t, name, "ciphertext")
			w.ring.asked = nil
			continue
		}
		a.wantError(t, name, 400, api.InvalidArgument, row.fault)
		w.wantUnasked(t, name)
	}
	w.post(t, ":encrypt", `{"plaintext":"eA==","keyId":"one"}`).
		wantError(t, "empty in the path", 400, api.InvalidArgument, "keyId: the path has none before :encrypt")
}

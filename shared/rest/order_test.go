package rest_test

import (
	"encoding/base64"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/keyring"
	"rekey/shared/rest"
)

// TestUnauthenticatedFirst: nobody learns nothing, whatever is wrong or right
// with the request, and a name that nobody vouches for is none.
func TestUnauthenticatedFirst(t *testing.T) {
	w := newWorld(t, "encrypt one")
	w.ring.errs[ask{"one", ""}] = keyring.ErrUnavailable
	for name, r := range map[string]rest.Request{
		"a good request": {Method: "POST", Path: rest.Prefix + "two:encrypt",
			Body: []byte(`{"plaintext":"eA=="}`)},
		"one who is refused": {Path: rest.Prefix + "one:encrypt", Body: []byte(`{"plaintext":"eA=="}`)},
		"no such path":       {Path: "/nowhere"},
		"no path":            {},
		"another method":     {Method: "GET", Path: rest.Prefix + "one:encrypt"},
		"a body too large":   {Path: rest.Prefix + "one:encrypt", TooLarge: true},
		"a body too slow":    {Path: rest.Prefix + "one:encrypt", TooSlow: 15 * time.Second},
		"a bad key id":       {Path: rest.Prefix + "o%20ne:encrypt", Body: []byte(`{}`)},
		"an empty key id":    {Path: rest.Prefix + ":encrypt"},
		"different keys": {Path: rest.Prefix + "one:encrypt",
			Query: map[string][]string{"keyId": []string{"two"}}},
		"a body that is junk": {Path: rest.Prefix + "one:encrypt", Body: []byte("junk")},
		"with a name": {Path: rest.Prefix + "two:encrypt", Body: []byte(`{"plaintext":"eA=="}`),
			Proof: identity.Proof{Caller: "?root"}},
	} {
		w.serve(t, 0, r).wantError(t, name, 401, api.Unauthenticated, "the caller is not authenticated")
		w.wantUnasked(t, name)
	}
}

// TestOrder: a re-encryption with every fault at once, mended one by one in
// the order of docs/api.md. Each answer is that of the first fault left.
func TestOrder(t *testing.T) {
	w := newWorld(t)
	good := base64.StdEncoding.EncodeToString(w.mustEncrypt(t, "one", "aad", "x"))
	other := base64.StdEncoding.EncodeToString(w.mustEncrypt(t, "two", "", "x"))
	gone := b64("RKY\x01\x03\x03one\x02v9" + string(make([]byte, 85)))
	body := func(source, version, aad, ciphertext string) string {
		return `{"sourceKeyId":"` + source + `","versionId":"` + version + `","sourceAadContext":"` + aad +
			`","ciphertext":"` + ciphertext + `"}`
	}
	steps := []struct {
		name, action, body string
		refuse             string
		status             int
		code               api.Code
		message            string
	}{
		{"path", "t%20wo:rewrap", "junk", "encrypt two", 404, api.NotFound, noSuchPath},
		{"keyId", "t%20wo:reEncrypt", body("o ne", "v 1", bytesOf(8193), "junk"), "encrypt two", 400,
			api.InvalidArgument, "keyId: has a character outside [A-Za-z0-9._-] at position 2"},
		{"sourceKeyId", "two:reEncrypt", body("o ne", "v 1", bytesOf(8193), "junk"), "encrypt two", 400,
			api.InvalidArgument, "sourceKeyId: has a character outside [A-Za-z0-9._-] at position 2"},
		{"permission to encrypt", "two:reEncrypt", body("one", "v 1", bytesOf(8193), "junk"), "encrypt two", 403,
			api.PermissionDenied, "not allowed"},
		{"permission to decrypt", "two:reEncrypt", body("one", "v 1", bytesOf(8193), "junk"), "decrypt one", 403,
			api.PermissionDenied, "not allowed"},
		{"spelling", "two:reEncrypt", body("one", "v 1", bytesOf(8193), "=junk"), "", 400, api.InvalidArgument,
			"ciphertext: is not valid base64..."},
		{"version", "two:reEncrypt", body("one", "v 1", bytesOf(8193), b64("junk")), "", 400, api.InvalidArgument,
			"versionId: has a character outside [A-Za-z0-9._-] at position 2"},
		{"AAD", "two:reEncrypt", body("one", "v9", bytesOf(8193), b64("junk")), "", 400, api.InvalidArgument,
			"sourceAadContext: is 8193 bytes long, at most 8192 are allowed"},
		{"header", "two:reEncrypt", body("one", "v9", "", b64("junk")), "", 400, api.InvalidArgument,
			"Bad ciphertext: not an RKY1 ciphertext"},
		{"key of the header", "two:reEncrypt", body("one", "v9", "", other), "", 400, api.InvalidArgument,
			"Bad ciphertext: it was made by key two"},
		{"source version", "two:reEncrypt", body("one", "v9", "", gone), "", 404, api.NotFound,
			"key one has no version v9"},
		{"target version", "two:reEncrypt", body("one", "v9", "", good), "", 404, api.NotFound,
			"key two has no version v9"},
		{"opening", "two:reEncrypt", body("one", "v1", "", good), "", 400, api.InvalidArgument, "Bad ciphertext"},
	}
	for i, s := range steps {
		w.refuse(s.refuse)
		w.post(t, s.action, s.body).wantError(t, s.name, s.status, s.code, s.message)
		if i < 10 {
			w.wantUnasked(t, s.name)
		}
	}
	w.post(t, "two:reEncrypt", body("one", "v1", b64("aad"), good)).wantOK(t, "mended", "ciphertext")
}

// TestStranger: the same 403 whether the key exists or not, whatever state it
// is in and whatever else is wrong.
func TestStranger(t *testing.T) {
	w := newWorld(t, "encrypt one", "encrypt none", "encrypt off")
	w.ring.errs[ask{"off", ""}] = keyring.ErrKeyInactive
	var first string
	for _, id := range []string{"one", "none", "off"} {
		for name, body := range map[string]string{
			"good": `{"plaintext":"eA=="}`, "empty": `{}`, "junk": "junk", "nothing": "",
			"cut short":     `{"plaintext":"eA==`,
			"unknown field": `{"a":1}`, "bad base64": `{"plaintext":"="}`, "bad version": `{"versionId":"a b"}`,
			"no such version":  `{"versionId":"none","plaintext":"eA=="}`,
			"wrong type":       `{"plaintext":1,"aadContext":2}`,
			"the key id twice": `{"keyId":"` + id + `","key_id":"` + id + `"}`, "a key id of no type": `{"keyId":7}`,
		} {
			a := w.serve(t, 0, rest.Request{Path: rest.Prefix + id + ":encrypt", Proof: someone,
				Body: []byte(body), RequestID: "r1"})
			a.wantError(t, id+", "+name, 403, api.PermissionDenied, "not allowed")
			if first == "" {
				first = string(a.Body)
			}
			if string(a.Body) != first {
				t.Errorf("%s, %s: got %s, want %s", id, name, a.Body, first)
			}
		}
	}
	w.wantUnasked(t, "stranger")
}

// TestMalformedTellsNothingOfKeys: a malformed body gets the same answer for
// a key that exists and one that does not.
func TestMalformedTellsNothingOfKeys(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{"junk", `{"plaintext":1}`, `{"a":1}`, `{}`} {
		a, b := w.post(t, "one:encrypt", body), w.post(t, "none:encrypt", body)
		if a.Status != 400 || b.Status != 400 || a.text("message") != b.text("message") {
			t.Errorf("%s: %s and %s", body, a.Body, b.Body)
		}
	}
	w.wantUnasked(t, "malformed")
}

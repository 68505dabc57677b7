package wiretest

import (
	"strings"
	"testing"
)

// testKeyID: the key id stands in the path, and may stand in query and body;
// wherever it stands it must be the same.
func testKeyID(s *suite, t *testing.T) {
	const differ = "keyId: path, query and body name different keys"
	for _, row := range []struct{ name, action, body, fault string }{
		{"path and body", "$K:encrypt", `{"plaintext":"$P","keyId":"$K"}`, ""},
		{"path and query", "$K:encrypt?keyId=$K", `{"plaintext":"$P"}`, ""},
		{"path, query and body", "$K:encrypt?keyId=$K", `{"plaintext":"$P","keyId":"$K"}`, ""},
		{"another query", "$K:encrypt?other=1&keyId=$K", `{"plaintext":"$P"}`, ""},
		{"an empty query", "$K:encrypt?keyId=", `{"plaintext":"$P"}`, ""},
		{"another key in the body", "$K:encrypt", `{"plaintext":"$P","keyId":"$S"}`, differ},
		{"another key in the query", "$K:encrypt?keyId=$S", `{"plaintext":"$P"}`, differ},
		{"another key in the query alone", "$K:encrypt?keyId=$S", `{"plaintext":"$P","keyId":"$K"}`, differ},
		{"another key in query and body", "$K:encrypt?keyId=$S", `{"plaintext":"$P","keyId":"$S"}`, differ},
		{"two keys in the query", "$K:encrypt?keyId=$K&keyId=$S", `{"plaintext":"$P"}`, differ},
		{"another key in the body, decrypt", "$S:decrypt", `{"keyId":"$K","ciphertext":"$C","aadContext":"$A"}`,
			differ},
	} {
		t.Run(row.name, func(t *testing.T) {
			if a := s.post(t, row.action, row.body); row.fault == "" {
				a.wantOK(t)
				a.wantText(t, "keyId", s.First)
			} else {
				a.wantError(t, 400, invalidArgument, row.fault)
			}
		})
	}
}

// testPath: a percent-encoded colon is the same, and no other escape is; other keys, other operations
// and other paths are not found.
func testPath(s *suite, t *testing.T) {
	for _, action := range []string{"$K%3Aencrypt", "$K%3aencrypt"} {
		t.Run("encoded "+action[2:5], func(t *testing.T) {
			a, err := s.do(s.Client, "POST", prefix+s.fill(action), strings.NewReader(s.fill(`{"plaintext":"$P"}`)))
			if err != nil {
				t.Fatal(err)
			}
			if s.OnlyKeys && a.status == 404 {
				t.Skip("the gateway takes a path as it stands")
			}
			a.wantOK(t)
		})
	}
	none := another(s.First)
	const noSuchPath = "no such path: want /kms/v1/keys/{keyId}:encrypt, ..."
	for _, row := range []struct {
		name, path   string
		status, code int
		message      string
		hidden       bool // by a gateway that knows paths by their form
	}{
		{"no such key", prefix + none + ":encrypt", 404, notFound, "no key " + none + "...", false},
		{"a key id of 51", prefix + strings.Repeat("k", 51) + ":encrypt", 400, invalidArgument,
			"keyId: is 51 characters long, at most 50 are allowed", false},
		{"a key id with a space", prefix + "a%20b:encrypt", 400, invalidArgument,
			"keyId: has a character outside [A-Za-z0-9._-] at position 2", false},
		{"a key id with a colon", prefix + "a:b:encrypt", 400, invalidArgument,
			"keyId: has a character outside [A-Za-z0-9._-] at position 2", false},
		{"an operation, escaped", prefix + "$K:%65ncrypt", 404, notFound, noSuchPath, true},
		{"an operation and its colon, escaped", prefix + "$K%3A%65ncrypt", 404, notFound, noSuchPath, true},
		{"a colon, escaped twice", prefix + "$K%253Aencrypt", 404, notFound, noSuchPath, true},
		{"a parameter behind", prefix + "$K:encrypt;x=1", 404, notFound, noSuchPath, true},
		{"another operation", prefix + "$K:rotate", 404, notFound, noSuchPath, false},
		{"another case", prefix + "$K:Encrypt", 404, notFound, noSuchPath, false},
		{"no operation", prefix + "$K", 404, notFound, noSuchPath, false},
		{"a slash at the end", prefix + "$K:encrypt/", 404, notFound, noSuchPath, true},
		{"another version of the API", "/kms/v2/keys/$K:encrypt", 404, notFound, noSuchPath, true},
		{"another prefix", "/KMS/v1/keys/$K:encrypt", 404, notFound, noSuchPath, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			a, err := s.do(s.Client, "POST", s.fill(row.path), strings.NewReader(s.fill(`{"plaintext":"$P"}`)))
			if err != nil {
				t.Fatal(err)
			}
			if s.OnlyKeys || s.OnlyPOST && row.hidden {
				a.wantGateway(t)
				return
			}
			s.note(a)
			a.wantError(t, row.status, row.code, row.message)
		})
	}
}

// testMethod: an operation takes POST, and says so.
func testMethod(s *suite, t *testing.T) {
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		t.Run(method, func(t *testing.T) {
			a, err := s.do(s.Client, method, prefix+s.First+":encrypt", nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.OnlyPOST {
				a.wantGateway(t)
				return
			}
			s.note(a)
			a.wantError(t, 405, unimplemented, "this path takes POST only")
			if allow := a.header.Values("Allow"); len(allow) != 1 || allow[0] != "POST" {
				t.Errorf("Allow is %q, want POST", allow)
			}
		})
	}
}

// wantGateway checks for a refusal by the gateway, in whatever form.
func (a answer) wantGateway(t *testing.T) {
	t.Helper()
	if a.status < 400 || a.status > 499 {
		t.Errorf("%v, want a 4xx of the gateway", a)
	}
}

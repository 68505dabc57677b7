package resttest

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
		{"path and body, null", "$K:encrypt", `{"plaintext":"$P","keyId":null}`, ""},
		{"path and query", "$K:encrypt?keyId=$K", `{"plaintext":"$P"}`, ""},
		{"path, query and body", "$K:encrypt?keyId=$K", `{"plaintext":"$P","keyId":"$K"}`, ""},
		{"another query", "$K:encrypt?other=1&keyId=$K", `{"plaintext":"$P"}`, ""},
		{"an empty query", "$K:encrypt?keyId=", `{"plaintext":"$P"}`, ""},
		{"another key in the body", "$K:encrypt", `{"plaintext":"$P","keyId":"$S"}`, differ},
		{"another key in the body, snake_case", "$K:encrypt", `{"plaintext":"$P","key_id":"$S"}`, differ},
		{"a space in the body", "$K:encrypt", `{"plaintext":"$P","keyId":"$K "}`, differ},
		{"another key in the query", "$K:encrypt?keyId=$S", `{"plaintext":"$P"}`, differ},
		{"another key in the query only", "$K:encrypt?keyId=$S", `{"plaintext":"$P","keyId":"$K"}`, differ},
		{"another key in query and body", "$K:encrypt?keyId=$S", `{"plaintext":"$P","keyId":"$S"}`, differ},
		{"another key in the body only", "$K:encrypt?keyId=$K", `{"plaintext":"$P","keyId":"$S"}`, differ},
		{"two keys in the query", "$K:encrypt?keyId=$K&keyId=$S", `{"plaintext":"$P"}`, differ},
		{"another key in the body, decrypt", "$S:decrypt", `{"keyId":"$K","ciphertext":"$C","aadContext":"$A"}`,
			differ},
		{"another key in the body, reEncrypt", "$S:reEncrypt", `{"keyId":"$K","sourceKeyId":"$K","ciphertext":"$B"}`,
			differ},
		{"another key in the body, generateDataKey", "$K:generateDataKey", `{"keyId":"$S","dataKeySpec":1}`, differ},
	} {
		t.Run(row.name, func(t *testing.T) {
			if a := s.post(t, row.action, row.body); row.fault == "" {
				a.wantOK(t)
				a.wantText(t, "keyId", s.First)
			} else {
				a.wantRefused(t, 400, invalidArgument, row.fault)
			}
		})
	}
}

const noSuchPath = "no such path: want /kms/v1/keys/{keyId}:encrypt, :decrypt, :reEncrypt or :generateDataKey"

// testPath: a percent-encoded colon is the same, and no other escape is; other
// keys, other operations and other paths are not found.
func testPath(s *suite, t *testing.T) {
	for _, action := range []string{"$K%3Aencrypt", "$K%3aencrypt"} {
		t.Run("encoded "+action[2:5], func(t *testing.T) {
			a := s.send(t, s.Client, "POST", prefix+action, `{"plaintext":"$P"}`)
			if s.OnlyKeys && a.status == 404 {
				t.Skip("the gateway takes a path as it stands")
			}
			a.wantOK(t)
		})
	}
	t.Run("no such key", func(t *testing.T) {
		if a := s.send(t, s.Client, "POST", prefix+"$N:encrypt", `{"plaintext":"$P"}`); s.OnlyKeys {
			a.wantGateway(t)
		} else {
			s.note(a)
			a.wantError(t, 404, notFound, "no key "+another(s.First)+"...")
		}
	})
	const outside = "keyId: has a character outside [A-Za-z0-9._-] at position 2"
	for _, row := range []struct {
		name, path string // behind the prefix, or all of it
		fault      string // of the key id; empty: there is no such path
		hidden     bool   // by a gateway that knows paths by their form
	}{
		{"a key id of 51", strings.Repeat("k", 51) + ":encrypt", "keyId: is 51 characters long, at most 50 are allowed",
			false},
		{"a key id of dots", "...:encrypt", "keyId: has only dots", false},
		{"a key id with a space", "a%20b:encrypt", outside, false},
		{"a key id with a slash, escaped", "a%2Fb:encrypt", outside, false},
		{"a key id with a letter, escaped", "a%62:encrypt", outside, false},
		{"a key id with a percent, escaped", "a%2562%3Aencrypt", outside, false},
		{"a key id with a colon", "a:b:encrypt", outside, false},
		{"a key id with a colon, escaped", "a%3Ab:encrypt", outside, false},
		{"a key id with a colon, both escaped", "a%3Ab%3Aencrypt", outside, false},
		{"a key id with a semicolon", "a;b:encrypt", outside, false},
		{"a key id with a plus", "a+b:encrypt", outside, false},
		{"no key id", ":encrypt", "keyId: is missing in the path before :encrypt", true},
		{"an operation, escaped", "$K:%65ncrypt", "", true},
		{"an operation, escaped at its end", "$K:encryp%74", "", true},
		{"an operation and its colon, escaped", "$K%3A%65ncrypt", "", true},
		{"a colon, escaped twice", "$K%253Aencrypt", "", true},
		{"a colon, escaped all over", "$K%25%33%41encrypt", "", true},
		{"a parameter behind", "$K:encrypt;x=1", "", true},
		{"a space behind", "$K:encrypt%20", "", true},
		{"a question mark behind", "$K:encrypt%3FkeyId=$K", "", true},
		{"a NUL behind", "$K:encrypt%00", "", true},
		{"a colon behind", "$K:encrypt:", "", true},
		{"a slash behind", "$K:encrypt/", "", true},
		{"another colon", "$K\uff1aencrypt", "", true},
		{"another operation", "$K:rotate", "", false},
		{"another case", "$K:Encrypt", "", false},
		{"all in lower case", "$K:reencrypt", "", false},
		{"no name of an operation", "$K:", "", true},
		{"no operation", "$K", "", false},
		{"nothing", "", "", true},
		{"a folder", "$K/x:encrypt", "", true},
		{"a folder that is none", "./$K:encrypt", "", true},
		{"an empty folder", prefix + "/$K:encrypt", "", true},
		{"all keys", "/kms/v1/keys", "", true},
		{"another version of the API", "/kms/v2/keys/$K:encrypt", "", true},
		{"another prefix", "/KMS/v1/keys/$K:encrypt", "", true},
		{"a prefix, escaped", "/kms%2Fv1/keys/$K:encrypt", "", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := row.path
			if !strings.HasPrefix(path, "/") {
				path = prefix + path
			}
			a := s.send(t, s.Client, "POST", path, `{"plaintext":"$P"}`)
			switch {
			case s.OnlyKeys || s.OnlyPOST && row.hidden:
				a.wantGateway(t)
				return
			case row.fault == "":
				a.wantRefused(t, 404, notFound, noSuchPath)
			default:
				a.wantRefused(t, 400, invalidArgument, row.fault)
			}
			s.note(a)
		})
	}
}

// testMethod: an operation takes POST, and says so, whatever else is wrong.
func testMethod(s *suite, t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW", "post"} {
		for _, path := range []string{"$K:encrypt", "$N:decrypt", "$K:rotate"} {
			t.Run(method+" "+path[1:], func(t *testing.T) {
				a := s.send(t, s.Client, method, prefix+path, "junk")
				if s.OnlyPOST || !s.reaches(path) {
					a.wantGateway(t)
					return
				}
				status, code, message, allow := 405, unimplemented, "this path takes POST only", "POST"
				if path == "$K:rotate" {
					status, code, message, allow = 404, notFound, noSuchPath, ""
				}
				if method == "HEAD" && a.body == "" { // as HTTP has it
					a.fields = map[string]any{"code": float64(code), "message": message}
				} else {
					s.note(a)
				}
				a.wantRefused(t, status, code, message)
				if got := a.header.Get("Allow"); got != allow {
					t.Errorf("%s: Allow is %q, want %q", a.request, got, allow)
				}
			})
		}
	}
}

// reaches reports whether a path behind the prefix reaches the API.
func (s *suite) reaches(path string) bool {
	id, operation, _ := strings.Cut(path, ":")
	operation, _, _ = strings.Cut(operation, "?")
	return !s.OnlyKeys || (id == "$K" || id == "$S") && successes[operation] != nil
}

// wantGateway checks for a refusal by the gateway, in whatever form.
func (a answer) wantGateway(t *testing.T) {
	t.Helper()
	if a.status < 400 || a.status > 499 {
		t.Errorf("%v, want a 4xx of the gateway", a)
	}
}

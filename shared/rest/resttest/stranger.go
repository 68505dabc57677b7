package resttest

import (
	"strings"
	"testing"
)

// testStranger: without credentials nobody is let in, with whatever request.
func testStranger(s *suite, t *testing.T) {
	if s.Stranger == nil {
		t.Skip("the target wants no credentials")
	}
	for _, row := range strangers[:5] {
		t.Run(row[0], func(t *testing.T) {
			if a := s.send(t, s.Stranger, "POST", prefix+row[1], row[2]); a.status != 401 && a.status != 403 {
				t.Errorf("%v, want 401 or 403", a)
			}
		})
	}
}

// strangers is what they send: its name, the path and the body.
var strangers = [][3]string{
	{"encrypt", "$K:encrypt", `{"plaintext":"$P"}`},
	{"decrypt", "$K:decrypt", `{"ciphertext":"$C","aadContext":"$A"}`},
	{"reEncrypt", "$S:reEncrypt", `{"sourceKeyId":"$K","sourceAadContext":"$A","ciphertext":"$C"}`},
	{"generateDataKey", "$K:generateDataKey", `{"dataKeySpec":"AES_256"}`},
	{"junk", "$K:encrypt", "junk"},
	{"a key that is not there", "$N:encrypt", `{"plaintext":"$P"}`},
	{"a key that is forbidden", "$F:encrypt", `{"plaintext":"$P"}`},
	{"no such path", "$K:rotate", `{}`},
	{"a body too large", "$K:encrypt", strings.Repeat(" ", 262145)},
	{"a bad key id", "a%20b:encrypt", `{}`},
	{"no key id", ":encrypt", `{}`},
	{"different keys", "$K:encrypt?keyId=$S", `{"plaintext":"$P"}`},
	{"no operation", "", ""},
	{"a key", "$K", ""},
}

// testNobody: whom the API does not know learns nothing, whatever is wrong or
// right with the request.
func testNobody(s *suite, t *testing.T) {
	if s.Nobody == nil {
		t.Skip("the target knows everybody")
	}
	for _, method := range []string{"POST", "GET"} {
		for _, row := range strangers {
			t.Run(method+", "+row[0], func(t *testing.T) {
				if !s.reaches(row[1]) {
					t.Skip("the gateway takes the paths of two keys only")
				}
				a := s.send(t, s.Nobody, method, prefix+row[1], row[2], "Content-Encoding", "gzip")
				s.note(a)
				a.wantRefused(t, 401, unauthenticated, "the caller is not authenticated")
			})
		}
	}
}

// testForbidden: the same 403 whether the key exists or not, and whatever else
// is wrong.
func testForbidden(s *suite, t *testing.T) {
	if len(s.Forbidden) == 0 {
		t.Skip("the target forbids no key")
	}
	first := ""
	for _, id := range s.Forbidden {
		for name, body := range map[string]string{
			"good": `{"plaintext":"$P"}`, "empty": `{}`, "junk": "junk", "nothing": "",
			"cut short": `{"plaintext":"eA==`, "unknown field": `{"a":1}`, "bad base64": `{"plaintext":"="}`,
			"bad version": `{"versionId":"a b"}`, "no such version": `{"versionId":"none","plaintext":"eA=="}`,
			"wrong type": `{"plaintext":1,"aadContext":2}`, "a key id of no type": `{"keyId":7}`,
			"the key id twice": `{"keyId":"` + id + `","key_id":"` + id + `"}`,
		} {
			t.Run(id+", "+name, func(t *testing.T) {
				a := s.post(t, id+":encrypt", body, "X-Request-Id", "resttest")
				a.wantRefused(t, 403, permissionDenied, "...")
				if first == "" {
					first = a.body
				}
				if a.body != first {
					t.Errorf("%v, want %s", a, first)
				}
			})
		}
	}
}

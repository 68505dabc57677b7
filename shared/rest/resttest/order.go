package resttest

import (
	"strings"
	"testing"
)

// step is a request with several faults, and the answer to the first of them.
type step struct {
	name, path, body string
	status, code     int
	message          string
	header           []string // name, value
}

// testOrder: a re-encryption with every fault at the same time, corrected one by one in the
// order of docs/api.md.
func testOrder(s *suite, t *testing.T) {
	body := func(source, version, aad, ciphertext string) string {
		return `{"sourceKeyId":"` + source + `","versionId":"` + version + `","sourceAadContext":"` + aad +
			`","ciphertext":"` + ciphertext + `"}`
	}
	version := another(s.version)
	tooLong, junk, gone := b64(filler(8193)), b64("junk"), b64(s.sealed.put(s.sealed.version, version))
	large, gzip := strings.Repeat(" ", 262145), []string{"Content-Encoding", "gzip"}
	const outside = " has a character outside [A-Za-z0-9._-] at position 2"
	for _, row := range []step{
		{"path", "a%20b:rewrap", large, 404, notFound, noSuchPath, gzip},
		{"size", "a%20b:reEncrypt", large, 413, invalidArgument, "the body is too large...", gzip},
		{"key id", "a%20b:reEncrypt", "junk", 400, invalidArgument, "keyId:" + outside, gzip},
		{"source key id, the key forbidden", "$F:reEncrypt", body("a b", "v 1", tooLong, "junk"),
			400, invalidArgument, "sourceKeyId:" + outside, nil},
		{"permission to encrypt", "$F:reEncrypt", body("$K", "v 1", tooLong, "=junk"),
			403, permissionDenied, "...", nil},
		{"permission to decrypt", "$S:reEncrypt", body("$F", "v 1", tooLong, "=junk"),
			403, permissionDenied, "...", nil},
		{"permission, encoded", "$F:encrypt", "{}", 403, permissionDenied, "...", gzip},
		{"source key id", "$S:reEncrypt", body("a b", "v 1", tooLong, "junk"), 400, invalidArgument,
			"sourceKeyId:" + outside, nil},
		{"encoding", "$S:reEncrypt", body("", "v 1", tooLong, "=junk"), 415, invalidArgument,
			"the body has the Content-Encoding ...", gzip},
		{"spelling", "$S:reEncrypt", body("$K", "v 1", tooLong, "=junk"), 400, invalidArgument,
			"ciphertext: is not valid base64...", nil},
		{"version", "$S:reEncrypt", body("$K", "v 1", tooLong, junk), 400, invalidArgument, "versionId:" + outside,
			nil},
		{"AAD", "$S:reEncrypt", body("$K", version, tooLong, junk), 400, invalidArgument,
			"sourceAadContext: is 8193 bytes long, at most 8192 are allowed", nil},
		{"header", "$S:reEncrypt", body("$K", version, "", junk), 400, invalidArgument,
			"Bad ciphertext: not an RKY1 ciphertext", nil},
		{"key of the header", "$S:reEncrypt", body("$K", version, "", b64(s.second.all)), 400, invalidArgument,
			"Bad ciphertext: it was made by key " + s.Second, nil},
		{"key of the header, decrypt", "$S:decrypt", `{"versionId":"$V","ciphertext":"$C"}`, 400, invalidArgument,
			"Bad ciphertext: it was made by key " + s.First, nil},
		{"version of the header", "$K:decrypt", `{"versionId":"` + version + `","ciphertext":"$C"}`, 400,
			invalidArgument,
			"Bad ciphertext: it was made by version " + s.version, nil},
		{"source version", "$S:reEncrypt", body("$K", version, "", gone), 404, notFound,
			"key " + s.First + " has no version " + version, nil},
		{"target version", "$S:reEncrypt", body("$K", version, "", "$C"), 404, notFound,
			"key " + s.Second + " has no version " + version, nil},
		{"opening", "$S:reEncrypt", body("$K", "", "", "$C"), 400, invalidArgument, "Bad ciphertext", nil},
		{"malformed, no such key", "$N:encrypt", `{"plaintext":1}`, 400, invalidArgument,
			"plaintext: is a number, want a string", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			if len(s.Forbidden) == 0 && strings.Contains(row.path+row.body, "$F") {
				t.Skip("the target forbids no key")
			}
			a := s.send(t, s.Client, "POST", prefix+row.path, row.body, row.header...)
			if !s.reaches(row.path) {
				a.wantGateway(t)
				return
			}
			s.note(a)
			if row.status == 404 && row.name != "path" || row.name == "opening" {
				a.wantError(t, row.status, row.code, row.message)
			} else {
				a.wantRefused(t, row.status, row.code, row.message)
			}
		})
	}
	s.post(t, "$S:reEncrypt", body("$K", "", "$A", "$C")).wantOK(t)
}

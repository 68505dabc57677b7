package resttest

import (
	"io"
	"strings"
	"testing"
)

// testLimits: the largest that is taken and the smallest that is not. (That
// the largest plaintext and AAD open again is testRoundTrip's.)
func testLimits(s *suite, t *testing.T) {
	id50, id51 := strings.Repeat("k", 50), strings.Repeat("k", 51)
	longest, tooLong := b64(filler(8192)), b64(filler(8193))
	const (
		long    = " is 51 characters long, at most 50 are allowed"
		aadLong = " is 8193 bytes long, at most 8192 are allowed"
		outside = " has a character outside [A-Za-z0-9._-] at position 2"
	)
	s.refuses(t, []refusal{
		{"plaintext of 32769", "encrypt", `{"plaintext":"` + b64(filler(32769)) + `"}`,
			"plaintext: is 32769 bytes long, at most 32768 are allowed..."},
		{"AAD of 8193, encrypt", "encrypt", `{"plaintext":"$P","aadContext":"` + tooLong + `"}`,
			"aadContext:" + aadLong},
		{"AAD of 8193, decrypt", "decrypt", `{"ciphertext":"$C","aadContext":"` + tooLong + `"}`,
			"aadContext:" + aadLong},
		{"AAD of 8193, generateDataKey", "generateDataKey", `{"dataKeySpec":1,"aadContext":"` + tooLong + `"}`,
			"aadContext:" + aadLong},
		{"AAD of 8193, reEncrypt", "reEncrypt", `{"sourceKeyId":"$K","ciphertext":"$B","aadContext":"` + tooLong + `"}`,
			"aadContext:" + aadLong},
		{"source AAD of 8193", "reEncrypt",
			`{"sourceKeyId":"$K","ciphertext":"$B","sourceAadContext":"` + tooLong + `"}`, "sourceAadContext:" +
				aadLong},
		{"version id of 51, encrypt", "encrypt", `{"versionId":"` + id51 + `","plaintext":"$P"}`, "versionId:" + long},
		{"version id of 51, generateDataKey", "generateDataKey", `{"versionId":"` + id51 + `","dataKeySpec":1}`,
			"versionId:" + long},
		{"version id of 51, reEncrypt", "reEncrypt",
			`{"versionId":"` + id51 + `","sourceKeyId":"$K","ciphertext":"$B"}`, "versionId:" + long},
		{"source key id of 51", "reEncrypt", `{"sourceKeyId":"` + id51 + `","ciphertext":"$B"}`, "sourceKeyId:" + long},
		{"version id of dots", "encrypt", `{"versionId":"..","plaintext":"$P"}`, "versionId: has only dots"},
		{"version id with a slash", "encrypt", `{"versionId":"a/b","plaintext":"$P"}`, "versionId:" + outside},
		{"version id with a space, decrypt", "decrypt", `{"versionId":"v 1","ciphertext":"$B"}`, "versionId:" +
			outside},
		{"version id with a NUL", "encrypt", `{"versionId":"a\u0000","plaintext":"$P"}`, "versionId:" + outside},
		{"source key id with a colon", "reEncrypt", `{"sourceKeyId":"a:b","ciphertext":"$B"}`, "sourceKeyId:" +
			outside},
		{"source key id, no ASCII", "reEncrypt", `{"sourceKeyId":"aé","ciphertext":"$B"}`, "sourceKeyId:" + outside},
	})
	t.Run("source AAD of 8192", func(t *testing.T) {
		s.post(t, "$K:reEncrypt", `{"sourceKeyId":"$K","ciphertext":"$B","sourceAadContext":"`+longest+`"}`).
			wantError(t, 400, invalidArgument, "Bad ciphertext")
	})
	for _, id := range []string{id50, "A-Z_a.z0", "a..b", "-", "_", "...a", "1"} {
		t.Run("version id "+id, func(t *testing.T) {
			s.post(t, "$K:encrypt", `{"versionId":"`+id+`","plaintext":"$P"}`).
				wantError(t, 404, notFound, "key "+s.First+" has no version "+id)
		})
	}
	t.Run("the largest re-encryption", func(t *testing.T) {
		a := s.post(t, "$K:encrypt", `{"plaintext":"`+b64(filler(32768))+`","aadContext":"`+longest+`"}`)
		a = s.post(t, "$S:reEncrypt", `{"sourceKeyId":"$K","sourceAadContext":"`+longest+`","aadContext":"`+longest+
			`","ciphertext":"`+a.text("ciphertext")+`"}`)
		a.wantOK(t)
		a = s.post(t, "$S:decrypt", `{"aadContext":"`+longest+`","ciphertext":"`+a.text("ciphertext")+`"}`)
		a.wantBytes(t, "plaintext", filler(32768))
	})
}

// testBodyLimit: 256 KiB, and one byte more; and a body that does not say how
// long it is.
func testBodyLimit(s *suite, t *testing.T) {
	good := s.fill(`{"plaintext":"$P"}`)
	largest := good + strings.Repeat(" ", 262144-len(good))
	for name, body := range map[string]io.Reader{
		"262144": strings.NewReader(largest), "262145": strings.NewReader(largest + " "),
		"262144, chunked": struct{ io.Reader }{strings.NewReader(largest)},
		"262145, chunked": struct{ io.Reader }{strings.NewReader(largest + " ")},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := s.do(s.Client, "POST", prefix+s.First+":encrypt", body)
			if err != nil {
				t.Fatal(err)
			}
			if s.note(a); strings.HasPrefix(name, "262144") {
				a.wantOK(t)
			} else {
				a.wantRefused(t, 413, invalidArgument, "the body is too large: at most 262144 bytes are allowed")
			}
		})
	}
}

// testContentEncoding: what is compressed, or said to be, is refused as HTTP
// has it; what is not is taken.
func testContentEncoding(s *suite, t *testing.T) {
	for encoding, told := range map[string]string{"gzip": `"gzip"`, "identity, BR": `"BR"`, "identity,br": `"br"`} {
		t.Run(encoding, func(t *testing.T) {
			s.post(t, "$K:encrypt", `{"plaintext":"$P"}`, "Content-Encoding", encoding).wantRefused(t, 415,
				invalidArgument, "the body has the Content-Encoding "+told+": send it unencoded, without that header")
		})
	}
	for _, encoding := range []string{"Identity", "identity ,", ""} {
		t.Run("taken, "+encoding, func(t *testing.T) {
			s.post(t, "$K:encrypt", `{"plaintext":"$P"}`, "Content-Encoding", encoding).wantOK(t)
		})
	}
}

package resttest

import (
	"encoding/base64"
	"strings"
	"testing"
)

// spellings of bytes as base64 in JSON, one row each of docs/api.md.
func spellings(b string) map[string]string {
	std, url := b64(b), base64.URLEncoding.EncodeToString([]byte(b))
	bare := strings.TrimRight(std, "=")
	return map[string]string{
		"standard":                   std,
		"standard, unpadded":         bare,
		"URL-safe":                   url,
		"URL-safe, unpadded":         strings.TrimRight(url, "="),
		"a line break at the end":    std + `\n`,
		"a line break at the front":  `\n` + std,
		"CRLF":                       std[:8] + `\r\n` + std[8:] + `\r\n`,
		"a line break by its number": std[:4] + `\u000A` + std[4:],
		"unpadded, with line breaks": bare[:7] + `\n` + bare[7:] + `\n`,
		"one character a line":       strings.Join(strings.Split(std, ""), `\n`),
		"JSON's escapes":             strings.ReplaceAll(strings.ReplaceAll(std, "+", `\u002b`), "/", `\/`),
	}
}

// testBase64Taken: each spelling of plaintext, AAD and ciphertext means the
// same bytes. The AAD is spelt so on one way and in the standard on the other.
func testBase64Taken(s *suite, t *testing.T) {
	aads := spellings(aad)
	for name, text := range spellings(plaintext) {
		t.Run(name, func(t *testing.T) {
			a := s.post(t, "$K:encrypt", `{"plaintext":"`+text+`","aadContext":"`+aads[name]+`"}`)
			a.wantOK(t)
			ciphertext := spellings(mustSplit(t, a.bytes("ciphertext")).all)[name]
			s.post(t, "$K:decrypt", `{"ciphertext":"`+ciphertext+`","aadContext":"$A"}`).wantBytes(t, "plaintext",
				plaintext)
		})
	}
}

// testNamesTaken: each field in both spellings, and absent as null and "".
func testNamesTaken(s *suite, t *testing.T) {
	for _, row := range []struct{ name, action, body string }{
		{"camelCase, encrypt", "encrypt", `{"keyId":"$K","versionId":"$V","aadContext":"$A","plaintext":"$P"}`},
		{"camelCase, decrypt", "decrypt", `{"keyId":"$K","aadContext":"$A","ciphertext":"$C"}`},
		{"camelCase, reEncrypt", "reEncrypt",
			`{"keyId":"$K","versionId":"$V","aadContext":"$A","sourceKeyId":"$K","sourceAadContext":"$A","ciphertext":"$C"}`},
		{"camelCase, generateDataKey", "generateDataKey",
			`{"keyId":"$K","versionId":"$V","aadContext":"$A","dataKeySpec":"AES_256","skipPlaintext":true}`},
		{"snake_case, encrypt", "encrypt", `{"key_id":"$K","version_id":"$V","aad_context":"$A","plaintext":"$P"}`},
		{"snake_case, decrypt", "decrypt", `{"key_id":"$K","aad_context":"$A","ciphertext":"$C"}`},
		{"snake_case, reEncrypt", "reEncrypt",
			`{"key_id":"$K","version_id":"$V","aad_context":"$A","source_key_id":"$K","source_aad_context":"$A","ciphertext":"$C"}`},
		{"snake_case, generateDataKey", "generateDataKey",
			`{"key_id":"$K","version_id":"$V","aad_context":"$A","data_key_spec":"AES_256","skip_plaintext":true}`},
		{"null, encrypt", "encrypt", `{"keyId":null,"versionId":null,"aadContext":null,"plaintext":"$P"}`},
		{"null, decrypt", "decrypt", `{"key_id":null,"aad_context":null,"ciphertext":"$B"}`},
		{"null, generateDataKey", "generateDataKey",
			`{"dataKeySpec":1,"skipPlaintext":null,"versionId":null,"aadContext":null}`},
		{"empty, encrypt", "encrypt", `{"keyId":"","versionId":"","aadContext":"","plaintext":"$P"}`},
		{"empty, reEncrypt", "reEncrypt",
			`{"sourceKeyId":"$K","ciphertext":"$B","sourceAadContext":"","aadContext":"","versionId":""}`},
		{"empty, generateDataKey", "generateDataKey", `{"dataKeySpec":1,"skipPlaintext":""}`},
		{"escapes in a name", "encrypt", `{"key\u0049d":"$K","plain\u0074ext":"$P"}`},
		{"a byte order mark", "encrypt", "\ufeff{\"plaintext\":\"$P\"}\n"},
		{"an empty version, and what is passed over", "decrypt",
			`{"versionId":"","sourceKeyId":"no id of any kind!","ciphertext":"$B"}`},
		{"the answer of encrypt", "decrypt", `{"keyId":"$K","versionId":"$V","ciphertext":"$B"}`},
		{"the answer of reEncrypt", "decrypt",
			`{"keyId":"$K","versionId":"$V","sourceKeyId":"$S","sourceVersionId":"v","ciphertext":"$B"}`},
		{"the same, snake_case", "decrypt",
			`{"version_id":"$V","source_key_id":"","source_version_id":null,"ciphertext":"$B"}`},
		{"white space", "encrypt", " \r\n\t{ \"plaintext\" : \"$P\" } \r\n\t"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s.post(t, "$K:"+row.action, row.body).wantOK(t)
		})
	}
}

// testContentTypeTaken: whatever a client says of its body, or does not, it is
// JSON, and arrives as it was sent.
func testContentTypeTaken(s *suite, t *testing.T) {
	for _, contentType := range []string{
		"", "application/json", "application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded",
		"application/octet-stream", "application/grpc-web+json",
	} {
		t.Run(contentType, func(t *testing.T) {
			var headers []string
			if contentType != "" {
				headers = []string{"Content-Type", contentType}
			}
			a := s.post(t, "$K:encrypt", `{"plaintext":"$P","aadContext":"$A"}`, headers...)
			s.post(t, "$K:decrypt", `{"ciphertext":"`+a.text("ciphertext")+`","aadContext":"$A"}`,
				headers...).wantBytes(t, "plaintext", plaintext)
		})
	}
}

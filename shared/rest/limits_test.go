package rest_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/rest"
)

// bytesOf is n bytes in base64.
func bytesOf(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }

// TestLimits: the largest that is taken and the smallest that is not.
func TestLimits(t *testing.T) {
	id50, id51 := strings.Repeat("k", 50), strings.Repeat("k", 51)
	w := newWorld(t)
	w.add(t, key.ID(id50), key.VersionID(id50), key.AES256, 4)
	sealed := b64(string(w.mustEncrypt(t, "one", "", "x")))
	const ok = ""
	for _, row := range []struct{ action, body, message string }{
		{"one:encrypt", `{"plaintext":"` + bytesOf(1) + `"}`, ok},
		{"one:encrypt", `{"plaintext":"` + bytesOf(32768) + `"}`, ok},
		{"one:encrypt", `{"plaintext":"` + bytesOf(32769) + `"}`, "plaintext: is 32769 bytes long, at most 32768 are " +
			"allowed..."},
		{"one:encrypt", `{"plaintext":"eA==","aadContext":"` + bytesOf(8192) + `"}`, ok},
		{"one:encrypt", `{"plaintext":"eA==","aadContext":"` + bytesOf(8193) + `"}`,
			"aadContext: is 8193 bytes long, at most 8192 are allowed"},
		{"one:decrypt", `{"ciphertext":"eA==","aadContext":"` + bytesOf(8193) + `"}`,
			"aadContext: is 8193 bytes long, at most 8192 are allowed"},
		{"one:decrypt", `{"ciphertext":"` + sealed + `","aadContext":"` + bytesOf(8192) + `"}`, "Bad ciphertext"},
		{"two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed + `","aadContext":"` + bytesOf(8192) + `"}`,
			ok},
		{"two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed + `","aadContext":"` + bytesOf(8193) + `"}`,
			"aadContext: is 8193 bytes long, at most 8192 are allowed"},
		{"two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed + `","sourceAadContext":"` + bytesOf(8192) +
			`"}`, "Bad ciphertext"},
		{"two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + sealed + `","sourceAadContext":"` + bytesOf(8193) +
			`"}`, "sourceAadContext: is 8193 bytes long, at most 8192 are allowed"},
		{"one:generateDataKey", `{"dataKeySpec":1,"aadContext":"` + bytesOf(8192) + `"}`, ok},
		{"one:generateDataKey", `{"dataKeySpec":1,"aadContext":"` + bytesOf(8193) + `"}`,
			"aadContext: is 8193 bytes long, at most 8192 are allowed"},
		{id50 + ":encrypt", `{"versionId":"` + id50 + `","plaintext":"eA=="}`, ok},
		{id51 + ":encrypt", `{"plaintext":"eA=="}`, "keyId: is 51 characters long, at most 50 are allowed"},
		{"one:encrypt", `{"versionId":"` + id51 + `","plaintext":"eA=="}`,
			"versionId: is 51 characters long, at most 50 are allowed"},
		{"one:generateDataKey", `{"versionId":"` + id51 + `","dataKeySpec":1}`,
			"versionId: is 51 characters long, at most 50 are allowed"},
		{"one:reEncrypt", `{"versionId":"` + id51 + `","sourceKeyId":"one","ciphertext":"eA=="}`,
			"versionId: is 51 characters long, at most 50 are allowed"},
		{"one:reEncrypt", `{"sourceKeyId":"` + id51 + `","ciphertext":"eA=="}`,
			"sourceKeyId: is 51 characters long, at most 50 are allowed"},
	} {
		name := row.action + " " + row.body[:min(len(row.body), 60)] + " -> " + row.message
		a := w.post(t, row.action, row.body)
		if row.message != ok {
			a.wantError(t, name, 400, api.InvalidArgument, row.message)
		} else if a.Status != 200 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}

// TestLargestCiphertext: 32959 bytes open, and one more are too many.
func TestLargestCiphertext(t *testing.T) {
	id := strings.Repeat("k", 50)
	w := newWorld(t)
	w.add(t, key.ID(id), key.VersionID(id), key.AES256, 4)
	sealed := w.mustEncrypt(t, id, "", strings.Repeat("x", 32768))
	if len(sealed) != 32959 {
		t.Fatalf("the largest ciphertext is %d bytes long, want 32959", len(sealed))
	}
	w.post(t, id+":decrypt", `{"ciphertext":"`+b64(string(sealed))+`"}`).wantOK(t, "32959", "plaintext")
	w.post(t, id+":decrypt", `{"ciphertext":"`+b64(string(sealed)+"x")+`"}`).
		wantError(t, "32960", 400, api.InvalidArgument, "Bad ciphertext: it is 32960 bytes long, at most 32959 are "+
			"allowed")
}

// TestBodyLimit: 256 KiB of body, with white space, and one byte more.
func TestBodyLimit(t *testing.T) {
	w := newWorld(t)
	const good = `{"plaintext":"eA=="}`
	largest := good + strings.Repeat(" ", 262144-len(good))
	w.post(t, "one:encrypt", largest).wantOK(t, "256 KiB", "ciphertext")
	w.ring.asked = nil
	for name, r := range map[string]rest.Request{
		"one more":       {Body: []byte(largest + " ")},
		"not even read":  {TooLarge: true},
		"and not a path": {TooLarge: true, Path: rest.Prefix + "one:encrypt"},
	} {
		r.Proof = someone
		a := w.serve(t, api.Encrypt, r)
		a.wantError(t, name, 413, api.InvalidArgument, "the body is too large: at most 262144 bytes are allowed")
		w.wantUnasked(t, name)
	}
}

// TestIDAlphabet: which ids of keys and versions are refused, and how.
func TestIDAlphabet(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"A-Z_a.z0", "a..b", "-", "_", "...a", "1"} {
		w.post(t, "one:encrypt", `{"plaintext":"eA==","versionId":"`+id+`"}`).
			wantError(t, id, 404, api.NotFound, "key one has no version "+id)
		w.post(t, id+":encrypt", `{"plaintext":"eA=="}`).wantError(t, id, 404, api.NotFound, "no key "+id)
	}
	w.ring.asked = nil
	for id, fault := range map[string]string{
		".": "consists of dots alone", "..": "consists of dots alone",
		strings.Repeat(".", 50): "consists of dots alone",
		"a b":                   "has a character outside [A-Za-z0-9._-] at position 2",
		" one":                  "has a character outside [A-Za-z0-9._-] at position 1",
		"one ":                  "has a character outside [A-Za-z0-9._-] at position 4",
		"a/b":                   "has a character outside [A-Za-z0-9._-] at position 2",
		"a:b":                   "has a character outside [A-Za-z0-9._-] at position 2",
		"é":                     "has a character outside [A-Za-z0-9._-] at position 1",
		`a\u0000`:               "has a character outside [A-Za-z0-9._-] at position 2",
		`a\n`:                   "has a character outside [A-Za-z0-9._-] at position 2",
		"<script>":              "has a character outside [A-Za-z0-9._-] at position 1",
	} {
		for field, row := range map[string][2]string{
			"keyId":       {"", `{"keyId":"%s","plaintext":"eA=="}`},
			"versionId":   {"one", `{"versionId":"%s","plaintext":"eA=="}`},
			"sourceKeyId": {"one", `{"sourceKeyId":"%s","ciphertext":"eA=="}`},
		} {
			r := rest.Request{Proof: someone, Body: []byte(fmt.Sprintf(row[1], id))}
			only := api.Encrypt
			if field == "sourceKeyId" {
				only = api.ReEncrypt
			}
			if row[0] != "" {
				r.Path = rest.Prefix + row[0] + ":" + only.String()
			}
			w.serve(t, only, r).wantError(t, field+" "+id, 400, api.InvalidArgument, field+": "+fault)
			w.wantUnasked(t, id)
		}
	}
}

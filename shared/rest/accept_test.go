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

// plain has both characters in which the two alphabets of base64 differ, and
// wants two characters of padding.
const plain = "\xfb\xff\xbe\xfe>?~\x00\x01\x02"

// spellings of bytes as base64 in JSON: one row each of docs/api.md.
func spellings(b []byte) map[string]string {
	std, url := base64.StdEncoding.EncodeToString(b), base64.URLEncoding.EncodeToString(b)
	bare := strings.TrimRight(std, "=")
	return map[string]string{
		"standard":                   std,
		"standard, unpadded":         bare,
		"URL-safe":                   url,
		"URL-safe, unpadded":         strings.TrimRight(url, "="),
		"a line break at the end":    std + `\n`,
		"a line break at the front":  `\n` + std,
		"a line break in the middle": std[:5] + `\n` + std[5:],
		"CRLF":                       std[:8] + `\r\n` + std[8:] + `\r\n`,
		"a line break by its number": std[:4] + `\u000A` + std[4:],
		"unpadded, with line breaks": bare[:7] + `\n` + bare[7:] + `\n`,
		"URL-safe, with line breaks": url[:5] + `\r\n` + url[5:] + `\n`,
		"one character a line":       strings.Join(strings.Split(std, ""), `\n`),
		"JSON's escapes":             strings.ReplaceAll(strings.ReplaceAll(std, "+", `\u002b`), "/", `\/`),
	}
}

func TestBase64Accepted(t *testing.T) {
	if std := base64.StdEncoding.EncodeToString([]byte(plain)); !strings.Contains(std, "+") ||
		!strings.Contains(std, "/") || !strings.HasSuffix(std, "==") {
		t.Fatalf("%s does not tell the spellings apart", std)
	}
	w := newWorld(t)
	for name, text := range spellings([]byte(plain)) {
		sealed := w.post(t, "one:encrypt", `{"plaintext":"`+text+`","aadContext":"`+text+`"}`).wantOK(t, name,
			"ciphertext")
		for name2, aad := range spellings([]byte(plain)) {
			open := w.post(t, "one:decrypt", `{"ciphertext":"`+base64.RawURLEncoding.EncodeToString(sealed)+
				`","aadContext":"`+aad+`"}`)
			if got := open.wantOK(t, name+", then "+name2, "plaintext"); string(got) != plain {
				t.Errorf("%s, then %s: got % x, want % x", name, name2, got, plain)
			}
		}
		for name2, ciphertext := range spellings(sealed) {
			body := `{"sourceKeyId":"one","ciphertext":"` + ciphertext + `","sourceAadContext":"` + text + `"}`
			w.post(t, "two:reEncrypt", body).wantOK(t, "re-encrypt "+name+", "+name2, "ciphertext")
		}
	}
}

// TestNamesAccepted: each field in both spellings, and absent as null and "".
func TestNamesAccepted(t *testing.T) {
	w := newWorld(t)
	sealed := b64(string(w.mustEncrypt(t, "one", "aad", "x")))
	bare := b64(string(w.mustEncrypt(t, "one", "", "x")))
	for _, row := range []struct{ action, body string }{
		{"one:encrypt", `{"keyId":"one","versionId":"v1","aadContext":"YWFk","plaintext":"eA=="}`},
		{"one:encrypt", `{"key_id":"one","version_id":"v1","aad_context":"YWFk","plaintext":"eA=="}`},
		{"one:encrypt", `{"keyId":null,"versionId":null,"aadContext":null,"plaintext":"eA=="}`},
		{"one:encrypt", `{"keyId":"","versionId":"","aadContext":"","plaintext":"eA=="}`},
		{"one:encrypt", `{"key\u0049d":"\u006fne","plaintext":"eA=="}`},
		{"one:encrypt", " \r\n\t{ \"plaintext\" : \"eA==\" } \r\n\t"},
		{"one:decrypt", `{"keyId":"one","aadContext":"YWFk","ciphertext":"` + sealed + `"}`},
		{"one:decrypt", `{"key_id":"one","aad_context":"YWFk","ciphertext":"` + sealed + `"}`},
		{"one:decrypt", `{"key_id":null,"aad_context":null,"ciphertext":"` + bare + `"}`},
		{"one:decrypt", `{"key_id":"","aadContext":"","ciphertext":"` + bare + `"}`},
		{"two:reEncrypt",
			`{"keyId":"two","versionId":"v1","aadContext":"YWFk","sourceKeyId":"one","sourceAadContext":"YWFk","ciphertext":"` + sealed + `"}`},
		{"two:reEncrypt",
			`{"key_id":"two","version_id":"v1","aad_context":"YWFk","source_key_id":"one","source_aad_context":"YWFk","ciphertext":"` + sealed + `"}`},
		{"one:reEncrypt", `{"sourceKeyId":"one","ciphertext":"` + bare +
			`","sourceAadContext":null,"aadContext":"","versionId":null}`},
		{"one:generateDataKey",
			`{"keyId":"one","versionId":"v1","aadContext":"YWFk","dataKeySpec":"AES_256","skipPlaintext":true}`},
		{"one:generateDataKey",
			`{"key_id":"one","version_id":"v1","aad_context":"YWFk","data_key_spec":"AES_256","skip_plaintext":false}`},
		{"one:generateDataKey", `{"dataKeySpec":1,"skipPlaintext":null,"versionId":"","aadContext":null}`},
		{"one:generateDataKey", `{"dataKeySpec":1,"skipPlaintext":""}`},
	} {
		if a := w.post(t, row.action, row.body); a.Status != 200 {
			t.Errorf("%s %s: %d %s", row.action, row.body, a.Status, a.Body)
		}
	}
}

// TestDataKeySpec: each name and number with the size of its data key.
func TestDataKeySpec(t *testing.T) {
	w := newWorld(t)
	for spec, size := range map[string]int{
		`"AES_128"`: 16, `"AES_192"`: 24, `"AES_256"`: 32, `"AES_256_HSM"`: 32,
		`1`: 16, `2`: 24, `3`: 32, `4`: 32, `"AES\u005f128"`: 16,
	} {
		a := w.post(t, "one:generateDataKey", `{"aadContext":"YWFk","dataKeySpec":`+spec+`}`)
		dataKey := a.wantOK(t, spec, "dataKeyPlaintext")
		if len(dataKey) != size {
			t.Errorf("%s: %d bytes, want %d", spec, len(dataKey), size)
		}
		open := w.post(t, "one:decrypt", `{"aadContext":"YWFk","ciphertext":"`+a.text("dataKeyCiphertext")+`"}`)
		if got := open.wantOK(t, spec, "plaintext"); string(got) != string(dataKey) {
			t.Errorf("%s: the ciphertext opens to another data key", spec)
		}
	}
}

// TestReEncrypt: the new ciphertext opens with the new key and AAD alone.
func TestReEncrypt(t *testing.T) {
	w := newWorld(t)
	source := w.post(t, "one:encrypt", `{"versionId":"v1","aadContext":"YWFk","plaintext":"`+b64(plain)+
		`"}`).text("ciphertext")
	for name, row := range map[string]struct{ aad, key, version, want string }{
		"another key, AAD kept":       {"YWFk", "two", "", "v1"},
		"another key, AAD dropped":    {"", "two", "", "v1"},
		"the same key, primary":       {"YWFk", "one", "", "v2"},
		"the same key, older version": {"bmV3", "one", "v1", "v1"},
	} {
		a := w.post(t, row.key+":reEncrypt", fmt.Sprintf(
			`{"versionId":"%s","aadContext":"%s","sourceKeyId":"one","sourceAadContext":"YWFk","ciphertext":"%s"}`,
			row.version, row.aad, source))
		a.wantOK(t, name, "ciphertext")
		got := fmt.Sprint(a.text("keyId"), " ", a.text("versionId"), " ", a.text("sourceKeyId"), " ",
			a.text("sourceVersionId"), " ", len(a.fields))
		if want := row.key + " " + row.want + " one v1 5"; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		open := w.post(t, row.key+":decrypt", `{"aadContext":"`+row.aad+`","ciphertext":"`+a.text("ciphertext")+`"}`)
		if got := open.wantOK(t, name, "plaintext"); string(got) != plain {
			t.Errorf("%s: opens to % x", name, got)
		}
	}
}

// TestEmptyPlaintextOpens: nothing cannot be encrypted here, and a ciphertext
// of nothing made elsewhere opens: its plaintext is left out of the answer.
func TestEmptyPlaintextOpens(t *testing.T) {
	w := newWorld(t)
	w.add(t, "empty", "v1", key.AES256, 9)
	v := w.ring.versions[ask{"empty", "v1"}]
	sealed, err := v.Key.Seal(nil, []byte("RKY\x01\x03\x05empty\x02v1"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := w.serve(t, api.Decrypt, rest.Request{Path: rest.Prefix + "empty:decrypt", Proof: someone,
		Body: []byte(`{"ciphertext":"` + b64(string(sealed)) + `"}`)})
	if want := `{"keyId":"empty","versionId":"v1"}`; a.Status != 200 || string(a.Body) != want {
		t.Errorf("got %d %s, want 200 %s", a.Status, a.Body, want)
	}
}

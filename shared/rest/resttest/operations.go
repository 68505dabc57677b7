package resttest

import (
	"fmt"
	"strings"
	"testing"
)

// testRoundTrip: what encrypt makes, decrypt opens, from the smallest to the
// largest plaintext and AAD.
func testRoundTrip(s *suite, t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, row := range []struct{ name, plaintext, aad string }{
		{"1 byte", "s", ""},
		{"1 byte, AAD of 8 KiB", "s", filler(8192)},
		{"32 KiB", filler(32768), ""},
		{"32 KiB, AAD of 8 KiB", filler(32768), filler(8192)},
		{"every byte", string(all), string(all)},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := s.post(t, "$K:encrypt", `{"plaintext":"`+b64(row.plaintext)+`","aadContext":"`+b64(row.aad)+`"}`)
			a.wantOK(t)
			a.wantText(t, "keyId", s.First)
			sealed := mustSplit(t, a.bytes("ciphertext"))
			if sealed.keyID() != s.First || sealed.versionID() != a.text("versionId") ||
				sealed.tag-sealed.body != len(row.plaintext) {
				t.Errorf("the ciphertext is of key %s, version %s and has %d bytes of body, want %d and %v",
					sealed.keyID(), sealed.versionID(), sealed.tag-sealed.body, len(row.plaintext), a)
			}
			open := s.post(t, "$K:decrypt", `{"ciphertext":"`+b64(sealed.all)+`","aadContext":"`+b64(row.aad)+`"}`)
			open.wantBytes(t, "plaintext", row.plaintext)
			open.wantText(t, "keyId", s.First)
			open.wantText(t, "versionId", a.text("versionId"))
		})
	}
	t.Run("twice", func(t *testing.T) {
		if a, b := s.sealed, s.again; a.all[a.salt:] == b.all[b.salt:] || a.all[a.body:a.tag] == b.all[b.body:b.tag] {
			t.Error("two encryptions of one plaintext have the same bytes")
		}
	})
}

// testReEncrypt: the new ciphertext opens with the new key and AAD, and the
// answer says what made the old one.
func testReEncrypt(s *suite, t *testing.T) {
	fresh := b64(secret + " new")
	for _, row := range []struct{ name, key, source, aad, body string }{
		{"another key, another AAD", s.Second, s.First, fresh, `"sourceAadContext":"$A","ciphertext":"$C"`},
		{"another key, AAD dropped", s.Second, s.First, "", `"sourceAadContext":"$A","ciphertext":"$C"`},
		{"another key, AAD added", s.Second, s.First, fresh, `"ciphertext":"$B"`},
		{"the same key", s.First, s.First, fresh, `"sourceAadContext":"$A","ciphertext":"$C"`},
		{"and back", s.First, s.Second, "", `"sourceAadContext":"$A","ciphertext":"` + b64(s.second.all) + `"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := s.post(t, row.key+":reEncrypt", `{"sourceKeyId":"`+row.source+`","aadContext":"`+row.aad+`",`+row.body+
				`}`)
			a.wantOK(t)
			a.wantText(t, "keyId", row.key)
			a.wantText(t, "sourceKeyId", row.source)
			if row.source == s.First {
				a.wantText(t, "sourceVersionId", s.version)
			}
			if sealed := mustSplit(t, a.bytes("ciphertext")); sealed.keyID() != row.key ||
				sealed.versionID() != a.text("versionId") {
				t.Errorf("the ciphertext is of key %s, version %s: %v", sealed.keyID(), sealed.versionID(), a)
			}
			open := s.post(t, row.key+":decrypt", `{"ciphertext":"`+a.text("ciphertext")+`","aadContext":"`+row.aad+
				`"}`)
			open.wantBytes(t, "plaintext", plaintext)
			open.wantText(t, "versionId", a.text("versionId"))
		})
	}
	t.Run("the old AAD is gone", func(t *testing.T) {
		a := s.post(t, "$S:reEncrypt", `{"sourceKeyId":"$K","sourceAadContext":"$A","ciphertext":"$C"}`)
		s.post(t, "$S:decrypt", `{"aadContext":"$A","ciphertext":"`+a.text("ciphertext")+`"}`).wantError(t, 400,
			invalidArgument, "Bad ciphertext")
	})
}

// specs are the specifications of data keys, by name and number, with the size
// of their data keys in bytes.
var specs = map[string]int{
	`"AES_128"`: 16, `"AES_192"`: 24, `"AES_256"`: 32, `"AES_256_HSM"`: 32, `1`: 16, `2`: 24, `3`: 32, `4`: 32,
	`"AES\u005f128"`: 16,
}

// testDataKey: each specification; the data key in plaintext is the one that
// the ciphertext has, and another each time.
func testDataKey(s *suite, t *testing.T) {
	seen := map[string]bool{}
	for spec, size := range specs {
		t.Run(strings.Trim(spec, `"`), func(t *testing.T) {
			a := s.post(t, "$K:generateDataKey", `{"aadContext":"$A","dataKeySpec":`+spec+`}`)
			a.wantOK(t)
			a.wantText(t, "keyId", s.First)
			dataKey := a.bytes("dataKeyPlaintext")
			if len(dataKey) != size || seen[dataKey] {
				t.Errorf("the data key has %d bytes, want %d that no other has", len(dataKey), size)
			}
			seen[dataKey] = true
			open := s.post(t, "$K:decrypt", `{"aadContext":"$A","ciphertext":"`+a.text("dataKeyCiphertext")+`"}`)
			open.wantBytes(t, "plaintext", dataKey)
			open.wantText(t, "versionId", a.text("versionId"))
		})
	}
}

// testSkipPlaintext: the plaintext is left out if that is asked for, and only
// then; its ciphertext opens all the same.
func testSkipPlaintext(s *suite, t *testing.T) {
	for skip, want := range map[string]bool{"true": false, "false": true, "null": true} {
		t.Run(skip, func(t *testing.T) {
			a := s.post(t, "$K:generateDataKey", `{"dataKeySpec":"AES_256","skipPlaintext":`+skip+`}`)
			a.wantOK(t)
			if _, got := a.fields["dataKeyPlaintext"]; got != want {
				t.Errorf("dataKeyPlaintext is there: %t, want %t", got, want)
			}
			open := s.post(t, "$K:decrypt", `{"ciphertext":"`+a.text("dataKeyCiphertext")+`"}`)
			if n := len(open.bytes("plaintext")); open.status != 200 || n != 32 {
				t.Errorf("the ciphertext opens to %d bytes: %v", n, open)
			}
		})
	}
}

// testVersion: the version that is named is the one used, and one that is not
// there is not found.
func testVersion(s *suite, t *testing.T) {
	none := another(s.version)
	for operation, rest := range map[string]string{
		"encrypt":         `"plaintext":"$P"`,
		"generateDataKey": `"dataKeySpec":"AES_128"`,
		"reEncrypt":       `"sourceKeyId":"$K","ciphertext":"$B"`,
	} {
		t.Run(operation, func(t *testing.T) {
			a := s.post(t, "$K:"+operation, `{"versionId":"$V",`+rest+`}`)
			a.wantOK(t)
			a.wantText(t, "versionId", s.version)
			s.post(t, "$K:"+operation, `{"versionId":"`+none+`",`+rest+`}`).
				wantError(t, 404, notFound, fmt.Sprintf("key %s has no version %s", s.First, none))
		})
	}
}

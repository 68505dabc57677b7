package rest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/keyring"
)

// decrypt and reEncrypt a ciphertext of key one, as both may be asked to.
func (w *world) open(t testing.TB, sealed []byte, aad string) map[string]answer {
	t.Helper()
	text := base64.StdEncoding.EncodeToString(sealed)
	return map[string]answer{
		"decrypt": w.post(t, "one:decrypt", `{"ciphertext":"`+text+`","aadContext":"`+b64(aad)+`"}`),
		"reEncrypt": w.post(t, "two:reEncrypt", `{"sourceKeyId":"one","ciphertext":"`+text+`","sourceAadContext":"`+
			b64(aad)+`"}`),
	}
}

// edit returns a changed copy of b.
func edit(b []byte, f func([]byte) []byte) []byte { return f(bytes.Clone(b)) }

func set(at int, to byte) func([]byte) []byte {
	return func(b []byte) []byte { b[at] = to; return b }
}

// TestBadHeader: what is wrong with the header is said before any store is
// asked. A ciphertext of key one and version v2 has its suite at 4, its ids
// at 6 and 10, its salt at 12.
func TestBadHeader(t *testing.T) {
	w := newWorld(t)
	good := w.mustEncrypt(t, "one", "", "x")
	if want := "RKY\x01\x03\x03one\x02v2"; !strings.HasPrefix(string(good), want) {
		t.Fatalf("a ciphertext begins % x, want % x", good[:12], want)
	}
	for name, row := range map[string]struct {
		sealed []byte
		what   string
	}{
		"not RKY1":  {[]byte("something else"), "not an RKY1 ciphertext"},
		"one byte":  {[]byte("x"), "not an RKY1 ciphertext"},
		"format 0":  {edit(good, set(3, 0)), "unknown format 0: made by a newer version?"},
		"format 2":  {edit(good, set(3, 2)), "unknown format 2: made by a newer version?"},
		"suite 0":   {edit(good, set(4, 0)), "unknown suite 0"},
		"suite 5":   {edit(good, set(4, 5)), "unknown suite 5"},
		"suite 255": {edit(good, set(4, 255)), "unknown suite 255"},
		"no key id": {edit(good, set(5, 0)), "its key id is empty"},
		"key id of 51": {[]byte("RKY\x01\x03\x33" + strings.Repeat("k", 300)),
			"its key id is 51 characters long, at most 50 are allowed"},
		"key id, a slash": {edit(good, set(7, '/')), "its key id has a character outside [A-Za-z0-9._-] at " +
			"position 2"},
		"key id, a line end": {edit(good, set(6, '\n')), "its key id has a character outside [A-Za-z0-9._-] at " +
			"position 1"},
		"key id of dots": {[]byte("RKY\x01\x03\x02..\x02v2" + string(good[12:])),
			"its key id consists of dots alone"},
		"no version id": {[]byte("RKY\x01\x03\x03one\x00" + string(good[12:])), "its version id is empty"},
		"version id, byte 80": {edit(good, set(10, 0x80)), "its version id has a character outside [A-Za-z0-9._-] at " +
			"position 1"},
		"version id of dots": {edit(good, func(b []byte) []byte { copy(b[10:], ".."); return b }),
			"its version id consists of dots alone"},
	} {
		for op, a := range w.open(t, row.sealed, "") {
			a.wantError(t, name+", "+op, 400, api.InvalidArgument, "Bad ciphertext: "+row.what)
		}
		w.wantUnasked(t, name)
	}
	for n := 1; n < 12+24+32+12+16; n++ {
		for op, a := range w.open(t, good[:n], "") {
			a.wantError(t, "cut short, "+op, 400, api.InvalidArgument, "Bad ciphertext: cut short...")
		}
		w.wantUnasked(t, "cut short")
	}
}

// TestForeign: other people's formats are named.
func TestForeign(t *testing.T) {
	w := newWorld(t)
	good := w.mustEncrypt(t, "one", "", "x")
	fill := strings.Repeat("\x00", 200)
	for name, row := range map[string][2]string{
		"Vault": {"vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==",
			"it is a Vault or OpenBao transit ciphertext..."},
		"Vault, version": {"vault:v17:8SDd3WHDOjf7mq69CyCq", "it is a Vault or OpenBao transit ciphertext..."},
		"age":            {"age-encryption.org/v1\n-> X25519 abc", "it is an age file..."},
		"age, armor":     {"-----BEGIN AGE ENCRYPTED FILE-----\n", "it is an age file..."},
		"AWS KMS":        {"\x01\x02\x02\x00\x78" + fill, "it is an AWS KMS ciphertext..."},
		"AWS KMS, older": {"\x01\x01\x01\x00\x78" + fill, "it is an AWS KMS ciphertext..."},
		"AWS SDK":        {"\x02\x05\x78" + fill, "it is an AWS Encryption SDK message..."},
		"Tink":           {"\x01\x0a\x0b\x0c\x0d" + fill[:40], "it is perhaps a Tink ciphertext..."},
		"base64":         {b64(string(good)), "it is base64 text of a ciphertext (encoded twice?)..."},
		"base64, URL-safe": {base64.RawURLEncoding.EncodeToString(good),
			"it is base64 text of a ciphertext (encoded twice?)..."},
		"base64 of base64": {b64(b64(string(good))), "it is base64 text of base64 text of a ciphertext..."},
		"hexadecimal":      {hex.EncodeToString(good), "it is hexadecimal text of a ciphertext..."},
	} {
		for op, a := range w.open(t, []byte(row[0]), "") {
			a.wantError(t, name+", "+op, 400, api.InvalidArgument, "Bad ciphertext: "+row[1])
		}
		w.wantUnasked(t, name)
	}
}

// TestTextForCiphertext: what a person may hold, put into the field as it is,
// is named, and refused: one ciphertext has one spelling on the wire, beyond
// the four of base64.
func TestTextForCiphertext(t *testing.T) {
	w := newWorld(t)
	good := w.mustEncrypt(t, "one", "", "x")
	std := b64(string(good))
	quoted := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	const known = "ciphertext: is not valid base64 of a ciphertext: it "
	for name, row := range map[string][2]string{
		"Vault": {"vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==\n", known +
			"is a Vault or OpenBao transit ciphertext: decrypt it there"},
		"hexadecimal": {hex.EncodeToString(good), known + "is hexadecimal text of a ciphertext: send the " +
			"ciphertext itself, in base64 once"},
		"hex, longer": {hex.EncodeToString(append(bytes.Clone(good), 0)), known +
			"is hexadecimal text of a ciphertext..."},
		"hex, colons": {strings.ReplaceAll(fmt.Sprintf("% x", good), " ", ":"), known +
			"is hexadecimal text of a ciphertext..."},
		"PGP in armor": {"-----BEGIN PGP MESSAGE-----\n\nhQ", known + "is an OpenPGP message in ASCII armor..."},
		"SOPS":         {"ENC[AES256_GCM,data:abc=,iv:x,tag:y,type:str]", known + "is a SOPS file..."},
		"Ansible":      {"$ANSIBLE_VAULT;1.1;AES256\n6162", known + "is an Ansible Vault file..."},
		"an answer": {`{"keyId":"one","ciphertext":"` + std + `"}`, known +
			"is JSON member ciphertext with base64 text of a ciphertext..."},
		"quotes": {`"` + std + `"`, known + "is a JSON string with base64 text of a ciphertext..."},
		"a mark": {"\uFEFF" + std, known +
			"is text after a byte order mark with base64 text of a ciphertext..."},
		"percent": {url.QueryEscape(std+"=="[:(4-len(std)%4)%4]) + "%0A", known +
			"is percent-encoded text of base64 text of a ciphertext..."},
		"a space for +": {strings.Replace(b64(string(w.withPlus(t))), "+", " ", -1), known +
			"is text with spaces for + with base64 text of a ciphertext..."},
		"a variable":    {"SECRET=" + std, known + "is other text with base64 text of a ciphertext..."},
		"nothing known": {"!" + std[:20], "ciphertext: is not valid base64: error at character 1"},
		"base64, cut":   {std[:len(std)/4*4-3], "ciphertext: is not valid base64: error at character..."},
	} {
		for action, body := range map[string]string{"one:decrypt": `{"ciphertext":%s}`,
			"two:reEncrypt": `{"sourceKeyId":"one","ciphertext":%s}`} {
			w.post(t, action, fmt.Sprintf(body, quoted(row[0]))).wantError(t, name+", "+action, 400,
				api.InvalidArgument, row[1])
		}
		w.wantUnasked(t, name)
	}
	for name, row := range map[string][2]string{
		"gpg -c":  {"\x8c\x0d\x04\x09\x03\x0236ae63f6e01d96", "it is an OpenPGP message..."},
		"openssl": {"Salted__" + strings.Repeat("\x07", 40), "it is a file of `openssl enc`..."},
		"Latin-1": {string([]rune(latin1(good))), "it went through text..."},
		"U+FFFD":  {strings.ToValidUTF8(string(good), "\uFFFD"), "it went through text..."},
	} {
		for op, a := range w.open(t, []byte(row[0]), "") {
			a.wantError(t, name+", "+op, 400, api.InvalidArgument, "Bad ciphertext: "+row[1])
		}
		w.wantUnasked(t, name)
	}
}

// withPlus is a ciphertext whose base64 has a plus, and not at its end.
func (w *world) withPlus(t *testing.T) []byte {
	t.Helper()
	for {
		if b := w.mustEncrypt(t, "one", "", "x"); strings.Contains(b64(string(b[:60])), "+") {
			w.ring.asked = nil
			return b
		}
	}
}

func latin1(b []byte) string {
	var text strings.Builder
	for _, c := range b {
		text.WriteRune(rune(c))
	}
	return text.String()
}

// TestOtherKey: the ciphertext names another key than the request. No
// material is asked for, whether there is such a key or not.
func TestOtherKey(t *testing.T) {
	w := newWorld(t)
	good := w.mustEncrypt(t, "one", "", "x")
	for name, row := range map[string][2]string{
		"one that there is": {string(w.mustEncrypt(t, "two", "", "x")), "two"},
		"one that is not":   {"RKY\x01\x03\x03owl\x02v2" + string(good[12:]), "owl"},
		"another case":      {"RKY\x01\x03\x03One\x02v2" + string(good[12:]), "One"},
	} {
		for op, a := range w.open(t, []byte(row[0]), "") {
			a.wantError(t, name+", "+op, 400, api.InvalidArgument, "Bad ciphertext: it was made by key "+row[1])
		}
		w.wantUnasked(t, name)
	}
}

// TestVersionOfCiphertext: the version it names is not there or not usable.
func TestVersionOfCiphertext(t *testing.T) {
	w := newWorld(t)
	good := w.mustEncrypt(t, "one", "", "x")
	for name, a := range w.open(t, edit(good, set(11, '7')), "") {
		a.wantError(t, name, 404, api.NotFound, "key one has no version v7")
	}
	for _, row := range []struct {
		err     error
		code    api.Code
		message string
	}{
		{keyring.ErrKeyInactive, api.FailedPrecondition, "key one is INACTIVE"},
		{keyring.ErrVersionScheduled, api.FailedPrecondition, "version v2 of key one is SCHEDULED_FOR_DESTRUCTION"},
		{keyring.ErrVersionDestroyed, api.FailedPrecondition, "version v2 of key one is DESTROYED"},
	} {
		w.ring.errs[ask{"one", "v2"}] = row.err
		// States come before opening: a wrong AAD and a wrong tag change nothing.
		for _, sealed := range [][]byte{good, edit(good, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })} {
			for name, a := range w.open(t, sealed, "wrong") {
				a.wantError(t, name, 400, row.code, row.message)
			}
		}
	}
}

// TestBadCiphertext: from the suite on there is one answer, byte for byte.
func TestBadCiphertext(t *testing.T) {
	w := newWorld(t)
	good := w.mustEncrypt(t, "one", "aad", "some plaintext")
	note := func(name string, sealed []byte, aad string) {
		t.Helper()
		for op, a := range w.open(t, sealed, aad) {
			a.wantError(t, op+", "+name, 400, api.InvalidArgument, "Bad ciphertext")
		}
	}
	for at := 12; at < len(good); at++ {
		note(fmt.Sprint("byte ", at, " flipped"), edit(good, func(b []byte) []byte { b[at] ^= 0x10; return b }), "aad")
	}
	for _, suite := range []byte{1, 2, 4} {
		note("another suite", edit(good, set(4, suite)), "aad")
	}
	note("another AAD", good, "aae")
	note("no AAD", good, "")
	note("a longer AAD", good, "aad\x00")
	note("another version", edit(good, set(11, '1')), "aad")
	note("a byte more", append(bytes.Clone(good), 0), "aad")
	note("a byte less", good[:len(good)-1], "aad")
}

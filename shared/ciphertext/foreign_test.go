package ciphertext

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestForeignFormats: each system's own shape, bytes made up, and what is
// nearly of that shape and is not taken for it.
func TestForeignFormats(t *testing.T) {
	fill := strings.Repeat("\x07", 100)
	yandexOf := func(id string) string {
		return "\x00\x00\x00\x01\x00\x00\x00" + string(rune(len(id))) + id + "\x00\x00\x00\x10" + fill[:16] + "\x00\x00\x00\x0c" + fill[:28]
	}
	googleOf := func(n int) string { return "\x0a\x24\x00" + fill[:35] + "\x12\x49" + fill[:n] }
	for _, c := range []struct {
		name, message string
		want          Foreign
	}{
		{"Vault", "vault:v1:8SDd3WHDOjf7mq69CyCq", vault},
		{"age", "age-encryption.org/v1\n-> X25519 ", age},
		{"age with its lines changed", "age-encryption.org/v1\r\n-> X25519 ", age},
		{"age in armor", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl", age},
		{"Yandex", yandexOf("abjexampleexample001"), yandex},
		{"Yandex, bad id", yandexOf("abj\x00xampleexample001"), Foreign{}},
		{"Yandex, cut short", yandexOf("abjexampleexample001")[:60], Foreign{}},
		{"Yandex, no whole tag", yandexOf("abjexampleexample001")[:4+24+20+16+15], Foreign{}},
		{"AWS KMS", "\x01\x02\x02\x00\x78" + fill, awsKMS},
		{"AWS KMS, data key", "\x01\x02\x03\x00\x78" + fill, awsKMS},
		{"AWS KMS, another byte", "\x01\x02\x04\x00\x78" + fill, tink},
		{"AWS SDK 1", "\x01\x80\x03\x78" + fill, awsSDK},
		{"AWS SDK 1, no suite", "\x01\x80\x03\x79" + fill, tink},
		{"AWS SDK 2", "\x02\x05\x78" + fill, awsSDK},
		{"AWS SDK 2, no suite", "\x02\x06\x78" + fill, Foreign{}},
		{"Google", googleOf(0x49), google},
		{"Google, another byte", "\x0a\x24\x01" + googleOf(0x49)[3:], Foreign{}},
		{"Google, cut short", googleOf(0x48), Foreign{}},
		{"KES in JSON", `{"aead":"ChaCha20Poly1305","iv":"","nonce":""}`, kes},
		{"KES in MessagePack", "\x95\xb1AES256-GCM_SHA256\xd9\x20" + fill, kes},
		{"KES in MessagePack, ChaCha", "\x95\xb2XCHACHA20-POLY1305\xd9\x20" + fill, kes},
		{"KES in JSON, by hand", "{\n  \"aead\": \"ChaCha20Poly1305\", \"iv\": \"\"}", kes},
		{"KES in MessagePack, newer names", "\x95\xa6AES256\xd9\x20" + fill, kes},
		{"KES in MessagePack, newer names, ChaCha", "\x95\xa8ChaCha20\xd9\x20" + fill, kes},
		{"not KES", `{"bytes":"","aead":"ChaCha20Poly1305","iv":""}`, Foreign{}},
		{"OpenPGP", "-----BEGIN PGP MESSAGE-----\n\nhQ", pgp},
		{"JWE", "eyJhbGciOiJSU0EifQ.b2s.aXY.Y3Q.dGFn\n", jwe},
		{"a JWT", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", Foreign{}},
		{"Tink", "\x01\xde\xad\xbe\xef" + fill[:28], tink},
		{"Tink, LEGACY", "\x00\xde\xad\xbe\xef" + fill[:28], tink},
		{"Tink, RAW envelope", "\x00\x00\x00\x40" + fill, tink},
		{"Tink, RAW envelope, cut short", "\x00\x00\x00\x40" + fill[:64+27], Foreign{}},
		{"zeros", strings.Repeat("\x00", 100), Foreign{}},
		{"too short for Tink", "\x01\xde\xad\xbe\xef" + fill[:27], Foreign{}},
		{"nothing", "hello", Foreign{}},
	} {
		if got, ok := FindForeign([]byte(c.message)); got != c.want || ok != (c.want != Foreign{}) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestInspectForeign: in the spellings in which they travel, and however long.
func TestInspectForeign(t *testing.T) {
	aws := base64.StdEncoding.EncodeToString(append([]byte("\x01\x02\x02\x00\x78"), make([]byte, 100)...))
	for _, c := range []struct{ name, message, layers, want string }{
		{"alone", "vault:v1:abcdef\n", "", "a Vault or OpenBao transit ciphertext: decrypt it there"},
		{"Vault's answer", `{"data":{"ciphertext":"vault:v1:abcdef"}}`, "JSON member data, JSON member ciphertext", vault.String()},
		{"KES's answer", `{"ciphertext":"` + base64.StdEncoding.EncodeToString([]byte(`{"aead":"ChaCha20Poly1305","iv":"","nonce":""}`)) + `"}`, "JSON member ciphertext, base64 text", kes.String()},
		{"AWS's answer", `{"CiphertextBlob":"` + aws + `"}`, "JSON member CiphertextBlob, base64 text", awsKMS.String()},
		{"armor after a line", "\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl", "", age.String()},
		{"a large file", "age-encryption.org/v1\n" + strings.Repeat("x", MaxInspect), "", age.String()},
	} {
		r := Inspect([]byte(c.message))
		if layers := strings.Join(r.Layers, ", "); r.Verdict != Alien || layers != c.layers || r.Foreign.String() != c.want {
			t.Errorf("%s: %v in %q: %v", c.name, r.Verdict, layers, r.Foreign)
		}
	}
}

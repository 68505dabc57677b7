package ciphertext

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
)

// TestForeignFormats: each system's own shape, bytes made up, and what is
// nearly of that shape and is not taken for it.
func TestForeignFormats(t *testing.T) {
	fill := strings.Repeat("\x07", 100)
	yandexOf := func(id string) string {
		return "\x00\x00\x00\x01\x00\x00\x00" + string(rune(len(id))) + id + "\x00\x00\x00\x10" + fill[:16] +
			"\x00\x00\x00\x0c" + fill[:28]
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
		{"AWS KMS, 01 01 03", "\x01\x01\x03\x00\x78" + fill, awsKMS},
		{"AWS KMS, no third byte", "\x01\x01\x04\x00\x78" + fill, tink},
		{"AWS KMS, until 2015", "\x0a\x20" + fill[:32] + "\x12\x80\x01\x01\x01\x02\x00\x78" +
			strings.Repeat("\x07", 123), awsKMS},
		{"AWS KMS, until 2015, cut short", "\x0a\x20" + fill[:32] + "\x12\x80\x01\x01\x01\x02\x00\x78" + fill,
			Foreign{}},
		{"gpg -c", unhex("8c0d0409030236ae63f6e01d96deffd23c015a20"), pgpRaw},
		{"gpg -c, AES-128", unhex("8c0d040703022b00ad6bd7d1ab5fff00d23c01aa"), pgpRaw},
		{"SKESK of RFC 9580", unhex("c31e061a0703030b0308") + fill, pgpRaw},
		{"gpg -e, RSA", unhex("85010c03aabbccddeeff00110107ff") + fill, pgpRaw},
		{"gpg -e, curve", unhex("845e03aabbccddeeff00111201074085") + fill, pgpRaw},
		{"PKESK in the new form", unhex("c1c04c03aabbccddeeff001101080000") + fill, pgpRaw},
		{"PKESK, no algorithm", unhex("85010c03aabbccddeeff00117707ff") + fill, Foreign{}},
		{"SKESK, no cipher", unhex("8c0d0477030236ae63f6e01d96deffd23c015a20"), Foreign{}},
		{"noise", unhex("8d0c99") + fill, Foreign{}},
		{"openssl enc", "Salted__" + fill, openssl},
		{"SOPS, a value", "ENC[AES256_GCM,data:abc=,iv:x,tag:y,type:str]", sops},
		{"SOPS, JSON", `{"a":"ENC[AES256_GCM,data:abc=,iv:x,tag:y,type:str]","sops":{"version":"3.9.0"}}`, sops},
		{"SOPS, YAML", "a: ENC[AES256_GCM,data:abc=]\nsops:\n    age: []\n", sops},
		{"Ansible Vault", "$ANSIBLE_VAULT;1.1;AES256\n6162", ansible},
		{"Ansible Vault in YAML", "password: !vault |\n  $ANSIBLE_VAULT;1.2;AES256;dev\n  6162", ansible},
		{"hiera-eyaml", "secret: ENC[PKCS7,MIIBeQ]", eyaml},
		{"Fernet", "\x80\x00\x00\x00\x00\x65" + fill, fernet},
		{"Kubernetes", "k8s:enc:aescbc:v1:key1:" + fill, kube},
		{"CMS", "-----BEGIN CMS-----\nMII", cms},
		{"a keyring under a passphrase", ageArmor + "\nYWdl\n-----END AGE ENCRYPTED FILE-----\n" + ageArmor +
			"\nYWdl\n", sealed},
		{"age to a passphrase", "age-encryption.org/v1\n-> scrypt abc 18\n", phrase},
		{"age to a passphrase in armor", ageArmor + "\n" +
			base64.StdEncoding.EncodeToString([]byte("age-encryption.org/v1\n-> scrypt abc 18\n")), phrase},
		{"nothing", "hello", Foreign{}},
	} {
		if got, ok := FindForeign([]byte(c.message)); got != c.want || ok != (c.want != Foreign{}) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestInspectForeign: in the spellings in which they travel, and however long.
func TestInspectForeign(t *testing.T) {
	aws := base64.StdEncoding.EncodeToString(append([]byte("\x01\x02\x02\x00\x78"), make([]byte, 100)...))
	for _, c := range []struct{ name, message, layers, want string }{
		{"alone", "vault:v1:abcdef\n", "", "a Vault or OpenBao transit ciphertext: decrypt it there"},
		{"Vault's answer", `{"data":{"ciphertext":"vault:v1:abcdef"}}`, "JSON member data, JSON member ciphertext",
			vault.String()},
		{"KES's answer", `{"ciphertext":"` +
			base64.StdEncoding.EncodeToString([]byte(`{"aead":"ChaCha20Poly1305","iv":"","nonce":""}`)) + `"}`,
			"JSON member ciphertext, base64 text", kes.String()},
		{"AWS's answer", `{"CiphertextBlob":"` + aws + `"}`, "JSON member CiphertextBlob, base64 text",
			awsKMS.String()},
		{"armor after a line", "\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl", "", age.String()},
		{"Vault in quotes", "'vault:v1:abcdef'\n", "", vault.String()},
		{"gpg -c, in base64",
			base64.StdEncoding.EncodeToString([]byte(unhex("8c0d0409030236ae63f6e01d96deffd23c015a20"))), "base64 text",
			pgpRaw.String()},
		{"openssl enc -a", "U2FsdGVkX18KBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n", "base64 text", openssl.String()},
		{"Fernet, as text", base64.URLEncoding.EncodeToString([]byte("\x80\x00\x00\x00\x00\x65" +
			strings.Repeat("x", 70))), "base64 text", fernet.String()},
		{"Vault in UTF-16", string(shell([]byte("vault:v1:abcdef"), "\r\n")), "UTF-16 text", vault.String()},
		{"a keyring", `{"format":1,"generation":2,"keys":[{"id":"k"}]}`, "", keyring.String()},
		{"a seed", `{"keys":[{"id":"k","versions":[{"id":"v","material":"AA=="}]}]}`, "", seed.String()},
		{"a large file", "age-encryption.org/v1\n" + strings.Repeat("x", MaxInspect), "", age.String()},
	} {
		r := Inspect([]byte(c.message))
		if layers := strings.Join(r.Layers, ", "); r.Verdict != Alien || layers != c.layers ||
			r.Foreign.String() != c.want {
			t.Errorf("%s: %v in %q: %v", c.name, r.Verdict, layers, r.Foreign)
		}
	}
}

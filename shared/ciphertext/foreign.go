package ciphertext

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
)

// Foreign is a format of another system, in words for a message.
type Foreign struct {
	Name   string // "an age file"
	Advice string // "decrypt it with age"
}

// String is both, as in "an age file: decrypt it with age".
func (f Foreign) String() string { return f.Name + ": " + f.Advice }

// Recognise names what a message is that is no RKY1 ciphertext, such as
// "a Vault transit ciphertext (vault:v1:...)", with what to do about it;
// empty if it knows nothing. It looks at the first bytes only and echoes none
// of them, so a guess can be wrong: it makes messages, never decisions.
func Recognise(b []byte) string {
	if f, ok := FindForeign(b); ok {
		return f.String()
	}
	return recogniseText(b)
}

// FindForeign is the part of Recognise that knows other systems.
func FindForeign(b []byte) (Foreign, bool) {
	for _, f := range foreign {
		if bytes.HasPrefix(b, []byte(f.prefix)) && len(b) >= f.min && (f.also == nil || f.also(b)) {
			return f.Foreign, true
		}
	}
	return Foreign{}, false
}

var (
	vault  = Foreign{"a Vault or OpenBao transit ciphertext", "decrypt it there"}
	age    = Foreign{"an age file", "decrypt it with age"}
	yandex = Foreign{"a ciphertext of Yandex Cloud's own KMS", "decrypt it there"}
	awsKMS = Foreign{"an AWS KMS ciphertext", "decrypt it there"}
	awsSDK = Foreign{"an AWS Encryption SDK message", "decrypt it with that SDK"}
	google = Foreign{"perhaps a Google Cloud KMS ciphertext", "decrypt it there"}
	kes    = Foreign{"a MinIO KES ciphertext", "decrypt it there"}
	pgp    = Foreign{"an OpenPGP message in ASCII armor", "decrypt it with GnuPG or another OpenPGP program"}
	jwe    = Foreign{"a JWE, JSON Web Encryption", "decrypt it with the library that made it"}
	tink   = Foreign{"perhaps a Tink ciphertext", "decrypt it with Tink"}
)

// foreign formats by their first bytes; the more specific come first.
var foreign = []struct {
	prefix string
	min    int // bytes, to tell a short prefix from chance
	also   func([]byte) bool
	Foreign
}{
	// hashicorp/vault and openbao/openbao, sdk/helper/keysutil/policy.go: the
	// version template is "vault:v{{version}}:".
	{"vault:v", 9, nil, vault},
	// C2SP age.md; FiloSottile/age, internal/format/format.go and armor/armor.go.
	{"age-encryption.org/v1", 0, nil, age},
	{"-----BEGIN AGE ENCRYPTED FILE-----", 0, nil, age},
	// Nowhere documented; see isYandex.
	{"\x00\x00\x00\x01\x00\x00\x00", 0, isYandex, yandex},
	// Not documented either: the ciphertexts in public repositories begin like
	// this (in base64 AQICAH, AQIDAH, AQECAH, AQIBAH, AQEBAH).
	{"\x01\x02\x03\x00\x78", 64, nil, awsKMS},
	{"\x01\x02\x02\x00\x78", 64, nil, awsKMS},
	{"\x01\x02\x01\x00\x78", 64, nil, awsKMS},
	{"\x01\x01\x02\x00\x78", 64, nil, awsKMS},
	{"\x01\x01\x01\x00\x78", 64, nil, awsKMS},
	// AWS Encryption SDK Developer Guide, "Message format reference": version 1
	// with type 80 and a suite of two bytes; version 2 with the two committing
	// suites, 04 78 and 05 78.
	{"\x01\x80", 32, isSuiteOfVersion1, awsSDK},
	{"\x02\x04\x78", 32, nil, awsSDK},
	{"\x02\x05\x78", 32, nil, awsSDK},
	// minio/kes, internal/crypto/ciphertext.go: JSON, later an array of five in
	// MessagePack that begins with an algorithm's name, as kms-go/kes/key.go
	// spells it and as it did before. What KES makes since 2024 has no prefix
	// and cannot be told from noise.
	{"{", 32, isKESInJSON, kes},
	{"\x95\xb1AES256-GCM_SHA256", 0, nil, kes},
	{"\x95\xb2XCHACHA20-POLY1305", 0, nil, kes},
	{"\x95\xa6AES256", 32, nil, kes},
	{"\x95\xa8ChaCha20", 32, nil, kes},
	// RFC 9580, 6.2 (before: RFC 4880).
	{"-----BEGIN PGP MESSAGE-----", 0, nil, pgp},
	// RFC 7516, 3.1: five parts; the first is base64url of a JSON object.
	{"eyJ", 16, isJWE, jwe},
	// Google documents none; see isGoogle.
	{"\x0a\x24", 0, isGoogle, google},
	// Tink, "Wire format": 01, or 00 for keys of LEGACY and CRUNCHY, and the
	// key's id in four bytes; nonce and tag. RAW has no prefix, but an envelope
	// of RAW begins with four bytes of length, and so with 00.
	{"\x01", 5 + NonceSize + TagSize, nil, tink},
	{"\x00", 5 + NonceSize + TagSize, isTinkZero, tink},
}

// recogniseText tells when the text of an RKY1 ciphertext was taken for the
// ciphertext: base64 applied twice, or hexadecimal.
func recogniseText(b []byte) string {
	head := b[:min(len(b), 64)]
	if bytes.HasPrefix(head, []byte("UktZ")) { // base64 of "RKY"
		return "base64 text of a ciphertext (encoded twice?): decode it once more"
	}
	if len(head) >= 6 {
		var raw [3]byte
		if _, err := hex.Decode(raw[:], head[:6]); err == nil && string(raw[:]) == magic[:3] {
			return "hexadecimal text of a ciphertext: send its bytes"
		}
	}
	if raw, err := base64.StdEncoding.DecodeString(string(head[:len(head)/4*4])); err == nil && len(raw) > 4 {
		if bytes.HasPrefix(raw, []byte("UktZ")) {
			return "base64 text of base64 text of a ciphertext: decode it twice more"
		}
	}
	return ""
}

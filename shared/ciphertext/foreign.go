package ciphertext

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
)

// Recognise names what a message is that is no RKY1 ciphertext, such as
// "a Vault transit ciphertext (vault:v1:...)", with what to do about it;
// empty if it knows nothing. It looks at the first bytes only and echoes none
// of them, so a guess can be wrong: it makes messages, never decisions.
func Recognise(b []byte) string {
	for _, f := range foreign {
		if bytes.HasPrefix(b, []byte(f.prefix)) && len(b) >= f.min {
			return f.name
		}
	}
	return recogniseText(b)
}

// foreign formats by their first bytes; the more specific come first.
var foreign = []struct {
	prefix string
	min    int // bytes, to tell a short prefix from chance
	name   string
}{
	{"vault:v", 9, "a Vault or OpenBao transit ciphertext: decrypt it there"},
	{"age-encryption.org/v1\n", 0, "an age file: decrypt it with age"},
	{"-----BEGIN AGE ENCRYPTED FILE-----", 0, "an age file in PEM armor: decrypt it with age"},
	// AWS KMS ciphertext blobs begin 01 0n 0n 00 78 (base64 AQICAH..., AQECAH...).
	{"\x01\x02\x02\x00\x78", 64, "an AWS KMS ciphertext: decrypt it there"},
	{"\x01\x02\x01\x00\x78", 64, "an AWS KMS ciphertext: decrypt it there"},
	{"\x01\x01\x02\x00\x78", 64, "an AWS KMS ciphertext: decrypt it there"},
	{"\x01\x01\x01\x00\x78", 64, "an AWS KMS ciphertext: decrypt it there"},
	// AWS Encryption SDK message format 1 (type 80) and 2 (suites 04 78, 05 78).
	{"\x01\x80", 32, "an AWS Encryption SDK message: decrypt it with that SDK"},
	{"\x02\x04\x78", 32, "an AWS Encryption SDK message: decrypt it with that SDK"},
	{"\x02\x05\x78", 32, "an AWS Encryption SDK message: decrypt it with that SDK"},
	{`{"aead":"`, 32, "a MinIO KES ciphertext: decrypt it there"},
	// Tink's output prefix: 01 and the key's id in four bytes; nonce and tag.
	{"\x01", 5 + NonceSize + TagSize, "perhaps a Tink ciphertext: decrypt it with Tink"},
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

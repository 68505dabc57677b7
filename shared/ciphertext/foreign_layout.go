package ciphertext

import (
	"bytes"
	"encoding/binary"
	"slices"

	"rekey/shared/key"
)

// isYandex recognises what Yandex Cloud's own KMS makes. Nothing documents it;
// the ciphertexts in public repositories (base64 AAAAAQAAABRhYmo...) all are
//
//	00000001 | 00000014 | version id 20 | 00000010 | 16 bytes | 0000000c | 12 bytes | rest
func isYandex(b []byte) bool {
	rest := b[4:]
	id, rest, ok := cutCounted(rest, key.MaxIDLen)
	if !ok || key.CheckBytes(id) != nil {
		return false
	}
	salt, rest, ok := cutCounted(rest, 16)
	if !ok || len(salt) != 16 {
		return false
	}
	nonce, rest, ok := cutCounted(rest, NonceSize)
	return ok && len(nonce) == NonceSize && len(rest) >= TagSize
}

// cutCounted cuts four bytes of length and a field of at most so many bytes.
func cutCounted(b []byte, most uint32) (field, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if b = b[4:]; n > most || int(n) > len(b) {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// isSuiteOfVersion1 reports by its third and fourth byte whether a message of
// the AWS Encryption SDK in format 1 has one of the suites that its
// specification lists (framework/algorithm-suites.md).
func isSuiteOfVersion1(b []byte) bool {
	return b[2] <= 3 && slices.Contains([]byte{0x14, 0x46, 0x78}, b[3])
}

// isGoogle recognises what Google Cloud KMS makes by the shape that all
// examples have, such as the gcp_kms entries of SOPS files (base64 CiQA...): a
// protobuf message whose field 1 has 36 bytes (0a 24, checked by the caller),
// 00 first, and whose field 2 (12) is the rest.
func isGoogle(b []byte) bool {
	const second = 2 + 36
	if len(b) < second+2+NonceSize+TagSize || b[2] != 0 || b[second] != 0x12 {
		return false
	}
	n, width := binary.Uvarint(b[second+1:])
	return width > 0 && n == uint64(len(b)-second-1-width)
}

// isKESInJSON recognises an object by its first member, however it is laid out.
func isKESInJSON(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b[1:], " \t\r\n"), []byte(`"aead"`))
}

// isTinkZero recognises what begins with 00 by what follows: a key's id, which is
// random, or the rest of the length of an encrypted data key (at most 4096
// bytes, kms_envelope_aead.go), that key and a ciphertext.
func isTinkZero(b []byte) bool {
	if b[1] != 0 {
		return true
	}
	_, rest, ok := cutCounted(b, 4096)
	return ok && len(b)-len(rest) >= 4+NonceSize+TagSize && len(rest) >= NonceSize+TagSize
}

// isJWE recognises JWE's compact form by its five parts of base64url.
func isJWE(b []byte) bool {
	b = bytes.TrimSpace(b)
	for _, c := range b {
		if c != '.' && !isURLSafe(c) {
			return false
		}
	}
	return bytes.Count(b, []byte(".")) == 4
}

func isURLSafe(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// isAWS recognises the layouts of AWS KMS by their third byte and what follows.
func isAWS(b []byte) bool { return 1 <= b[2] && b[2] <= 3 && b[3] == 0 && b[4] == 0x78 }

func isAWSInFields(b []byte) bool {
	const second = 2 + 32
	if len(b) < second+3 || b[second] != 0x12 {
		return false
	}
	n, width := binary.Uvarint(b[second+1:])
	inner := b[min(len(b), second+1+max(width, 0)):]
	return width > 0 && n == uint64(len(inner)) && n >= 64 && inner[0] == 1 && isAWS(inner)
}

const ageArmor = "-----BEGIN AGE ENCRYPTED FILE-----"

func isTwoAge(b []byte) bool { return bytes.Count(b, []byte(ageArmor)) == 2 }

// isScrypt recognises an age file to a passphrase by the base64 of its header, up to
// the whole group before the last letters of "-> scrypt ".
func isScrypt(b []byte) bool {
	return bytes.Contains(b[:min(len(b), 200)], []byte("YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwd"))
}

// isPGP recognises a session key's packet by its header, in the old form or the
// new, its version, and a cipher that there is.
func isPGP(b []byte) bool {
	tag, body := b[0]&0x3f, b[2:]
	switch {
	case b[0]&0xc0 == 0x80: // old: the tag, and how many bytes the length has
		if tag, body = tag>>2, b[2+b[0]&3:]; b[0]&3 > 1 {
			return false
		}
	case b[0]&0xc0 != 0xc0:
		return false
	case b[1] >= 192:
		body = b[3:]
	}
	const publicKey, passphrase = 1, 3
	switch {
	case tag == passphrase && body[0] == 4: // cipher, kind of S2K, hash
		return 1 <= body[1] && body[1] <= 13 && body[2] <= 4 && 1 <= body[3] && body[3] <= 14
	case tag == passphrase: // of 5 the cipher, of 6 a count first
		return body[0] == 5 && 7 <= body[1] && body[1] <= 13 || body[0] == 6 && body[2] >= 7 && body[2] <= 13
	case tag == publicKey && body[0] == 3: // key id, algorithm
		return bytes.IndexByte([]byte{1, 2, 16, 18, 25, 26}, body[9]) >= 0
	}
	return tag == publicKey && body[0] == 6 && (body[1] == 0 || body[1] == 21 || body[1] == 33)
}

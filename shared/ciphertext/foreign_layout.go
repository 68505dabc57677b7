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

// isSuiteOfVersion1 tells by its third and fourth byte whether a message of
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

// isKESInJSON tells an object by its first member, however it is laid out.
func isKESInJSON(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b[1:], " \t\r\n"), []byte(`"aead"`))
}

// isTinkZero tells what begins with 00 by what follows: a key's id, which is
// random, or the rest of the length of an encrypted data key (at most 4096
// bytes, kms_envelope_aead.go), that key and a ciphertext.
func isTinkZero(b []byte) bool {
	if b[1] != 0 {
		return true
	}
	_, rest, ok := cutCounted(b, 4096)
	return ok && len(b)-len(rest) >= 4+NonceSize+TagSize && len(rest) >= NonceSize+TagSize
}

// isJWE tells JWE's compact form by its five parts of base64url.
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

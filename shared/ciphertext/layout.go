package ciphertext

import "rekey/shared/key"

// Sizes of the fields, in bytes.
const (
	SaltSize       = 24
	CommitmentSize = 32
	NonceSize      = 12
	TagSize        = 16

	// SealedOverhead is the size of the part after the header, less the body.
	SealedOverhead = CommitmentSize + NonceSize + TagSize

	// fixedOverhead is what every blob carries besides its two ids and body:
	// magic, suite, two lengths, salt and SealedOverhead.
	fixedOverhead = len(magic) + 1 + 2 + SaltSize + SealedOverhead

	// MaxOverhead is the largest difference between a blob and its plaintext:
	// 91 bytes and two ids of 50.
	MaxOverhead = fixedOverhead + 2*key.MaxIDLen

	// MaxBody is the largest body: as long as the largest plaintext
	// (symmetric_crypto_service.proto).
	MaxBody = 32768

	// MaxSize is the largest blob.
	MaxSize = MaxBody + MaxOverhead
)

// magic is "RKY" and the number of the format.
const magic = "RKY\x01"

// PrefixSize is the size of the header without its salt.
func PrefixSize(k key.ID, v key.VersionID) int { return len(magic) + 3 + len(k) + len(v) }

// AppendPrefix appends the header without its salt: magic, suite and both
// ids. The ids must have passed Check and the algorithm must be valid.
func AppendPrefix(dst []byte, a key.Algorithm, k key.ID, v key.VersionID) []byte {
	dst = append(dst, magic...)
	dst = append(dst, byte(a), byte(len(k)))
	dst = append(dst, k...)
	dst = append(dst, byte(len(v)))
	return append(dst, v...)
}

package aead

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Sizes of what Seal adds, in bytes.
const (
	// SaltSize: 192 random bits, so that salts stay distinct, and with them
	// message keys, at 2^80 messages with probability of a repeat under 2^-32.
	SaltSize = 24
	// CommitmentSize: 256 bits, collision resistance of 128 (as AWS
	// Encryption SDK 2.0's committing suites).
	CommitmentSize = 32
	// NonceSize is the 96-bit IV of NIST SP 800-38D, 8.2.
	NonceSize = 12
	// TagSize is the full 128-bit tag of NIST SP 800-38D.
	TagSize = 16

	// Overhead is what Seal adds to prefix and plaintext.
	Overhead = SaltSize + CommitmentSize + NonceSize + TagSize
)

// ErrOpen is the one answer for every way in which a message does not open:
// wrong key, wrong commitment, wrong AAD, wrong tag, too short. A caller
// learns nothing else.
var ErrOpen = errors.New("aead: message does not open")

// Seal encrypts plaintext, authenticates it with prefix and aad, and appends
// to dst:
//
//	prefix | salt 24 | commitment 32 | nonce 12 | body | tag 16
//
// header = prefix | salt is bound into the derived key and into the AAD.
// Salt and nonce are 36 bytes from crypto/rand for every message; if they
// cannot be read the operation fails and returns nil. The memory of dst must
// not overlap the other arguments.
func (k *Key) Seal(dst, prefix, aad, plaintext []byte) ([]byte, error) {
	return k.seal(rand.Reader, dst, prefix, aad, plaintext)
}

// seal is Seal with the source of randomness as a parameter, the seam that
// known-answer tests use.
func (k *Key) seal(random io.Reader, dst, prefix, aad, plaintext []byte) ([]byte, error) {
	start := len(dst)
	dst = slices.Grow(dst, len(prefix)+Overhead+len(plaintext))
	dst = append(dst, prefix...)

	// Salt and nonce are drawn with one read, into the place of the salt and
	// of the 12 bytes after it; the nonce moves to its own place below.
	dst = dst[:len(dst)+SaltSize+NonceSize]
	drawn := dst[len(dst)-SaltSize-NonceSize:]
	if _, err := io.ReadFull(random, drawn); err != nil {
		clear(drawn)
		return nil, fmt.Errorf("drawing salt and nonce: %w", err)
	}
	nonce := [NonceSize]byte(drawn[SaltSize:])
	dst = dst[:len(dst)-NonceSize]
	header := dst[start:]

	s := k.state()
	defer k.release(s)
	gcm, err := s.derive(k.algorithm, header)
	if err != nil {
		return nil, err
	}
	dst = append(dst, s.commitment()...)
	return sealBody(gcm, dst, nonce, plaintext, s.additionalData(header, s.commitment(), aad)), nil
}

// Open authenticates and decrypts what Seal made, split after the salt:
// header = prefix | salt, sealed = commitment | nonce | body | tag. It
// appends the plaintext, which may be empty, to dst, or returns nil and ErrOpen.
// The memory of dst must not overlap the other arguments, which are left as they
// were.
func (k *Key) Open(dst, header, sealed, aad []byte) ([]byte, error) {
	if len(header) < SaltSize || len(sealed) < CommitmentSize+NonceSize+TagSize {
		return nil, ErrOpen
	}
	commitment, body := sealed[:CommitmentSize], sealed[CommitmentSize:]

	s := k.state()
	defer k.release(s)
	gcm, err := s.derive(k.algorithm, header)
	if err != nil {
		return nil, err
	}
	// Plain AES-GCM does not commit to a key: one body can be made to open under two
	// (docs/format.md). This comparison is what refuses the second. GCM runs
	// whatever it says, so that all failures take the same way.
	committed := subtle.ConstantTimeCompare(commitment, s.commitment())
	out, err := openBody(gcm, dst, body, s.additionalData(header, commitment, aad))
	if err != nil || committed != 1 {
		clear(out[min(len(dst), len(out)):])
		return nil, ErrOpen
	}
	return out, nil
}

// additionalData is what GCM authenticates besides the body:
//
//	header | commitment | uint32(len(aad)) | aad
//
// The length keeps aad "ab" with body "c" apart from aad "a" with body "bc".
// The result is valid until the state is released.
func (s *state) additionalData(header, commitment, aad []byte) []byte {
	b := append(s.aad[:0], header...)
	b = append(b, commitment...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(aad)))
	s.aad = append(b, aad...)
	return s.aad
}

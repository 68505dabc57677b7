package aead

import (
	"crypto/cipher"
	"crypto/sha256"

	"rekey/shared/key"
)

// label separates this use of HKDF from every other (RFC 5869, 3.2).
const label = "RKY1 HKDF-SHA256 AES-GCM"

// okm is 64 bytes: 32 that hold the body key, of which 16, 24 or 32 are
// used, and 32 of commitment.
const okmSize = 32 + CommitmentSize

func (k *Key) state() *state { return k.states.Get().(*state) }

// release wipes what is derived from the material and gives the state back.
// The HMAC is not reset here but before each use: a panic between
// may have left it dirty.
func (k *Key) release(s *state) {
	clear(s.okm[:])
	k.states.Put(s)
}

// derive computes
//
//	okm = HKDF-Expand(SHA-256, material, label | header, 64)
//
// (RFC 5869, 2.3) and returns AES-GCM under the body key. The commitment is
// then in s. HKDF-Extract is left out: the material is uniformly random.
func (s *state) derive(a key.Algorithm, header []byte) (cipher.AEAD, error) {
	s.block(nil, header, 1, s.okm[:0])
	s.block(s.okm[:sha256.Size], header, 2, s.okm[:sha256.Size])
	return newGCM(s.okm[:a.KeySize()])
}

// block appends T(counter) = HMAC(material, previous | label | header |
// counter) to out.
func (s *state) block(previous, header []byte, counter byte, out []byte) {
	s.mac.Reset()
	s.mac.Write(previous)
	s.mac.Write(labelBytes)
	s.mac.Write(header)
	s.mac.Write(counters[counter : counter+1])
	s.mac.Sum(out)
}

// Read-only, so that writing them to a hash.Hash allocates nothing.
var (
	labelBytes = []byte(label)
	counters   = []byte{0, 1, 2}
)

// commitment identifies the material that the state is keyed with, for this
// header. Valid between derive and release.
func (s *state) commitment() []byte { return s.okm[32:] }

package aead

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// newGCM is AES-GCM under a body key. Its NonceSize is 12, or 0 if the
// cryptographic module allows no nonces but its own (GODEBUG=fips140=only):
// it then writes and reads the nonce in front of the body, which is where
// RKY1 has it.
func newGCM(bodyKey []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(bodyKey)
	if err != nil {
		return nil, fmt.Errorf("aead: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return newGCMWithOwnNonce(block)
	}
	return gcm, nil
}

// sealBody appends nonce | body | tag to dst. The nonce is the given one, or
// the module's own.
func sealBody(gcm cipher.AEAD, dst []byte, nonce [NonceSize]byte, plaintext, additionalData []byte) []byte {
	if gcm.NonceSize() == 0 {
		return gcm.Seal(dst, nil, plaintext, additionalData)
	}
	dst = append(dst, nonce[:]...)
	return gcm.Seal(dst, dst[len(dst)-NonceSize:], plaintext, additionalData)
}

// openBody opens nonce | body | tag, of at least NonceSize + TagSize bytes, and
// appends the plaintext to dst. The result is not nil if it is empty.
func openBody(gcm cipher.AEAD, dst, sealed, additionalData []byte) ([]byte, error) {
	if size := len(sealed) - NonceSize - TagSize; cap(dst)-len(dst) < size || dst == nil {
		dst = append(make([]byte, 0, len(dst)+size), dst...)
	}
	n := gcm.NonceSize()
	return gcm.Open(dst, sealed[:n], sealed[n:], additionalData)
}

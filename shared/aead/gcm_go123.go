//go:build !go1.24

package aead

import (
	"crypto/cipher"
	"errors"
)

// newGCMWithOwnNonce is not to be had in Go 1.23, which has no FIPS mode
// either.
func newGCMWithOwnNonce(cipher.Block) (cipher.AEAD, error) {
	return nil, errors.New("aead: AES-GCM is not available")
}

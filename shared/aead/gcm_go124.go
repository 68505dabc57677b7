//go:build go1.24

package aead

import "crypto/cipher"

// newGCMWithOwnNonce is the one AES-GCM of FIPS 140-3 mode "only": the nonce
// is drawn inside the module (SP 800-38D, 8.2.2).
func newGCMWithOwnNonce(block cipher.Block) (cipher.AEAD, error) {
	return cipher.NewGCMWithRandomNonce(block)
}

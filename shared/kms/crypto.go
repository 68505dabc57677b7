package kms

import (
	"errors"

	"rekey/shared/aead"
	"rekey/shared/api"
	"rekey/shared/ciphertext"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

// The layout and the cryptography agree on their sizes.
var (
	_ [ciphertext.SaltSize]byte                                                 = [aead.SaltSize]byte{}
	_ [ciphertext.CommitmentSize]byte                                           = [aead.CommitmentSize]byte{}
	_ [ciphertext.NonceSize]byte                                                = [aead.NonceSize]byte{}
	_ [ciphertext.TagSize]byte                                                  = [aead.TagSize]byte{}
	_ [ciphertext.MaxBody]byte                                                  = [api.MaxPlaintext]byte{}
	_ [ciphertext.SaltSize + ciphertext.SealedOverhead - aead.Overhead]struct{} = [0]struct{}{}
)

// badCiphertext is the one answer, always the same, from the suite on: the
// suite is not the version's algorithm, or commitment, AAD or tag is wrong.
func badCiphertext() *api.Error { return api.Errorf(api.InvalidArgument, "Bad ciphertext") }

// split does checks 5 and 6. Its hints are made from the caller's own bytes.
func split(asked ask, sealed []byte) (ciphertext.Blob, error) {
	blob, err := ciphertext.Split(sealed)
	if err != nil {
		return blob, api.Errorf(api.InvalidArgument, "Bad ciphertext: %v", err)
	}
	if blob.KeyID != asked.key {
		return blob, api.Errorf(api.InvalidArgument, "Bad ciphertext: it was made by key %s", blob.KeyID)
	}
	if asked.version != "" && blob.VersionID != asked.version {
		return blob, api.Errorf(api.InvalidArgument, "Bad ciphertext: it was made by version %s", blob.VersionID)
	}
	return blob, nil
}

// open is check 8. The plaintext is in the memory of the call.
func open(c *api.Call, v *keyring.Version, blob ciphertext.Blob, aad []byte) ([]byte, error) {
	if blob.Algorithm != v.Algorithm() {
		return nil, badCiphertext()
	}
	plaintext, err := v.Key.Open(c.Room(len(blob.Sealed)), blob.Header, blob.Sealed, aad)
	switch {
	case errors.Is(err, aead.ErrOpen):
		return nil, badCiphertext()
	case err != nil:
		return nil, api.AsError(err)
	}
	return plaintext, nil
}

// seal is check 9, which only a lack of randomness can fail. The
// ciphertext is in the memory of the call.
func seal(c *api.Call, v *keyring.Version, aad, plaintext []byte) ([]byte, error) {
	var room [64 + 2*key.MaxIDLen]byte
	prefix := ciphertext.AppendPrefix(room[:0], v.Algorithm(), v.KeyID, v.ID)
	sealed, err := v.Key.Seal(c.Room(len(prefix)+aead.Overhead+len(plaintext)), prefix, aad, plaintext)
	if err != nil {
		return nil, api.AsError(err)
	}
	return sealed, nil
}

func sealDataKey(c *api.Call, v *keyring.Version, aad []byte, spec key.Algorithm) (sealed, dataKey []byte, err error) {
	dataKey, err = aead.RandomBytes(spec.KeySize())
	if err != nil {
		return nil, nil, api.AsError(err)
	}
	sealed, err = seal(c, v, aad, dataKey)
	return sealed, dataKey, err
}

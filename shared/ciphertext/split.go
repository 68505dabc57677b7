package ciphertext

import (
	"errors"

	"rekey/shared/key"
)

// Blob is a ciphertext split into its parts. Header and Sealed are slices of
// the bytes it was split from, which together they make up.
type Blob struct {
	Algorithm key.Algorithm // of the suite
	KeyID     key.ID
	VersionID key.VersionID
	Header    []byte // up to and including the salt
	Sealed    []byte // commitment, nonce, body and tag
}

// Split parses a ciphertext strictly: nothing is taken off and nothing undone.
// Its error says what Inspect says, for no key is needed to see it, and
// repeats no byte of what it was given.
func Split(blob []byte) (Blob, error) {
	r := dissect(blob)
	if r.Verdict != Intact {
		return Blob{}, errors.New(Inspect(blob).Reason())
	}
	return Blob{r.Algorithm, r.KeyID, r.VersionID, blob[:r.Header:r.Header], blob[r.Header:]}, nil
}

package passphrase

import (
	"bytes"
	"crypto/sha256"
	"slices"
)

// opened is a file that was opened, by its sum, and its text.
type opened struct {
	sum  [sha256.Size]byte
	text []byte
}

// refused keeps wrong passphrases from costing scrypt at every look.
type refused struct {
	sum     [sha256.Size]byte
	secrets [][]byte
}

func (r *refused) has(sum [sha256.Size]byte, secret []byte) bool {
	return r.sum == sum && slices.ContainsFunc(r.secrets, func(s []byte) bool { return bytes.Equal(s, secret) })
}

func (r *refused) add(sum [sha256.Size]byte, secret []byte) {
	if r.sum != sum {
		*r = refused{sum: sum}
	}
	r.secrets = append(r.secrets, secret)
}

package passphrase

import (
	"bytes"
	"crypto/sha256"
)

// refused keeps passphrases that do not open a file from costing scrypt at
// every look at it.
type refused struct {
	sum   [sha256.Size]byte // of what needs the passphrase
	tries []try
}

type try struct {
	secret []byte
	err    error
}

func (r *refused) find(sum [sha256.Size]byte, secret []byte) error {
	for _, t := range r.tries {
		if r.sum == sum && bytes.Equal(t.secret, secret) {
			return t.err
		}
	}
	return nil
}

func (r *refused) add(sum [sha256.Size]byte, secret []byte, err error) {
	if r.sum != sum {
		*r = refused{sum: sum}
	}
	r.tries = append(r.tries, try{secret, err})
}

package ciphertext

import (
	"bytes"
	"errors"
	"fmt"

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

// Split parses a ciphertext strictly. Its error tells all that is wrong with
// the header, for no key is needed to see it, and repeats no byte of it.
func Split(blob []byte) (Blob, error) {
	if err := checkStart(blob); err != nil {
		return Blob{}, err
	}
	a := key.Algorithm(blob[len(magic)])
	if !a.Valid() {
		return Blob{}, fmt.Errorf("unknown suite %d", a)
	}
	rest := blob[len(magic)+1:]
	k, rest, err := cutID("key id", rest)
	if err != nil {
		return Blob{}, err
	}
	v, rest, err := cutID("version id", rest)
	if err != nil {
		return Blob{}, err
	}
	if missing := SaltSize + SealedOverhead - len(rest); missing > 0 {
		return Blob{}, fmt.Errorf("cut short: at least %d bytes are missing at the end", missing)
	}
	if body := len(rest) - SaltSize - SealedOverhead; body > MaxBody {
		return Blob{}, fmt.Errorf("its body is %d bytes long, at most %d are allowed", body, MaxBody)
	}
	header := len(blob) - len(rest) + SaltSize
	return Blob{a, key.ID(k), key.VersionID(v), blob[:header:header], blob[header:]}, nil
}

// checkStart checks size and magic, with the hints that a wrong start allows.
func checkStart(blob []byte) error {
	switch {
	case len(blob) == 0:
		return errors.New("empty")
	case len(blob) <= len(magic) && bytes.HasPrefix([]byte(magic), blob):
		return errors.New("cut short: there is nothing after the magic")
	case !bytes.HasPrefix(blob, []byte(magic[:3])):
		if foreign := Recognise(blob); foreign != "" {
			return errors.New("it is " + foreign)
		}
		return errors.New("not an RKY1 ciphertext")
	case blob[3] != magic[3]:
		return fmt.Errorf("unknown format %d: made by a newer version?", blob[3])
	case len(blob) > MaxSize:
		return fmt.Errorf("it is %d bytes long, at most %d are allowed", len(blob), MaxSize)
	}
	return nil
}

// cutID cuts a length and an id of that length off the front.
func cutID(what string, b []byte) (id, rest []byte, err error) {
	if len(b) == 0 || len(b) < 1+int(b[0]) {
		return nil, nil, fmt.Errorf("cut short in its %s", what)
	}
	id, rest = b[1:1+int(b[0])], b[1+int(b[0]):]
	if err := key.CheckBytes(id); err != nil {
		if errors.Is(err, key.ErrEmptyID) {
			err = errors.New("is empty")
		}
		return nil, nil, fmt.Errorf("its %s %w", what, err)
	}
	return id, rest, nil
}

package keyfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"rekey/shared/strictjson"
)

// Format is the number of the format that this package writes, and the
// highest that it reads.
const Format = 1

// MaxSize is the largest file in bytes, 64 MiB: more than 100,000 versions.
// A reader holds the whole file in memory several times over.
const MaxSize = 64 << 20

// The document ends with its sum, which covers every byte before the sum's
// own 64 digits:
//
//	...  "sha256": " | 64 digits in lower case | "\n}\n
//
// So `head -c -68 FILE | sha256sum` recomputes it. It finds damage; whoever
// may write the file can recompute it too.
const (
	sumLen  = 2 * sha256.Size
	tail    = "\"\n}\n"
	tailLen = len(tail)
)

// ErrNewer is a format that this package does not know: the file is good, and
// nothing may be written in its place.
var ErrNewer = errors.New("made by a newer rekey")

// Encode returns the file's bytes: always the same for the same keyring.
func Encode(r *Keyring) ([]byte, error) {
	doc := toWire(r)
	doc.SHA256 = string(bytes.Repeat([]byte("0"), sumLen))
	data, err := strictjson.MarshalIndent(doc)
	if err != nil {
		return nil, fmt.Errorf("encoding the keyring: %w", err)
	}
	end := len(data) - tailLen
	hex.Encode(data[end-sumLen:end], sum(data[:end-sumLen]))
	return data, nil
}

// Decode reads what Encode made, and nothing else: it checks the sum, the
// fingerprint of every version, and that the whole makes sense. An error
// continues the sentence "keyring F ..." and quotes no material.
func Decode(data []byte) (*Keyring, error) {
	if err := checkBytes(data); err != nil {
		return nil, err
	}
	var doc wireFile
	if err := strictjson.Unmarshal(data, &doc); err != nil {
		return nil, damaged(err)
	}
	r, err := fromWire(doc)
	if err != nil {
		return nil, damaged(err)
	}
	if err := r.check(); err != nil {
		return nil, damaged(err)
	}
	return r, nil
}

// checkBytes is what can be said before the content is believed.
func checkBytes(data []byte) error {
	switch {
	case len(data) > MaxSize:
		return fmt.Errorf("is larger than %d bytes: is it a keyring at all?", MaxSize)
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("is empty: restore it from a backup")
	}
	format, err := formatOf(data)
	switch {
	case err != nil:
		return damaged(err)
	case format > Format:
		return fmt.Errorf("has format %d, and this rekey reads up to %d: %w: upgrade", format, Format, ErrNewer)
	case format < 1:
		return damaged(errors.New("it has no such format"))
	case !sumMatches(data):
		return damaged(errors.New("its checksum does not match"))
	}
	return nil
}

// formatOf reads the first member, which is the format number in this format
// and all later ones, and looks at nothing behind it.
func formatOf(data []byte) (int, error) {
	found := errors.New("found")
	format := 0
	err := strictjson.Members(data, func(name []byte, v strictjson.Value) error {
		if string(name) != "format" {
			return errors.New("it does not begin with its format")
		}
		if err := strictjson.Unmarshal(v, &format); err != nil {
			return err
		}
		return found
	})
	switch {
	case errors.Is(err, found):
		return format, nil
	case err == nil:
		return 0, errors.New("it has no format")
	}
	return 0, err
}

func sumMatches(data []byte) bool {
	end := len(data) - tailLen
	if end < sumLen || string(data[end:]) != tail {
		return false
	}
	covered := data[:end-sumLen]
	return hex.EncodeToString(sum(covered)) == string(data[end-sumLen:end])
}

func sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

func damaged(err error) error {
	return fmt.Errorf("is damaged (%w): restore it from a backup", err)
}

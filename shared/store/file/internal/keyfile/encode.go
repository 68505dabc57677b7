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

// Older are the readers of the formats before it, by number; there is none
// yet. A reader is given a whole file and checks its syntax and its sum, if
// the format has one; what it returns is checked as any keyring is. Anyone who
// changes such a file writes the newest format (store/file/admin).
var Older = map[int]func(data []byte) (*Keyring, error){}

// MaxSize is the largest keyring in bytes, 64 MiB: more than 100,000 versions.
// A reader holds the whole file in memory several times over.
const MaxSize = 64 << 20

var errTooLarge = fmt.Errorf("is larger than %d bytes: is it a keyring at all?", MaxSize)

// The document ends with its sum, which covers every byte before the sum's
// own 64 digits:
//
//	...  "sha256": " | 64 digits in lower case | "\n}\n
//
// So `head -c -68 FILE | sha256sum` recomputes it. It finds damage; anyone who
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

// Decode reads what Encode made, and nothing else but for what canonical leaves
// out: it checks the sum, the fingerprint of every version, and that the whole
// makes sense. An error continues the sentence "keyring F ..." and quotes no
// material; it wraps ErrAltered if nothing is lost.
func Decode(data []byte) (*Keyring, error) {
	r, _, err := decode(data)
	return r, err
}

// decode is Decode, and says which format the data is in.
func decode(data []byte) (*Keyring, int, error) {
	if len(data) > MaxSize {
		return nil, 0, errTooLarge
	}
	data = canonical(data)
	r, format, err := decodeExact(data)
	if err == nil || errors.Is(err, ErrNewer) {
		return r, format, err
	}
	return nil, 0, diagnose(data, err)
}

// decodeExact is decode with an error that only says what does not fit.
func decodeExact(data []byte) (*Keyring, int, error) {
	format, err := formatOf(data)
	switch {
	case err != nil:
		return nil, 0, err
	case format > Format:
		return nil, 0, fmt.Errorf("has format %d, and this rekey reads up to %d: %w: upgrade", format, Format, ErrNewer)
	case format != Format && Older[format] == nil:
		return nil, 0, errors.New("its format is unknown")
	}
	read := Older[format]
	if format == Format {
		read = decodeNewest
	}
	r, err := read(data)
	if err == nil {
		err = r.check()
	}
	if err != nil {
		return nil, 0, err
	}
	return r, format, nil
}

func decodeNewest(data []byte) (*Keyring, error) {
	if !sumMatches(data) {
		return nil, errors.New("its checksum does not match")
	}
	var doc wireFile
	if err := strictjson.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	return fromWire(doc)
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

package rest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	vector "github.com/segmentio/asm/base64"

	"rekey/shared/ciphertext"
)

// The standard alphabet, at ten times the speed of the standard library. Its
// URL-safe decoder is of no use: it takes + and / too.
var (
	padded   = vector.StdEncoding.Strict()
	unpadded = vector.RawStdEncoding.Strict()
)

// decodeBase64 reads the spellings of ciphertext.Base64. The result is never
// nil. Nearly every text is of the standard alphabet, and nothing that is not
// decodes as that; the rest, and what is wrong, is the standard library's.
func decodeBase64(m *Memory, text []byte) ([]byte, error) {
	out := m.Take(base64.RawStdEncoding.DecodedLen(len(text))) // the vectors write up to there
	standard := unpadded
	if len(text) > 0 && text[len(text)-1] == '=' {
		standard = padded
	}
	if n, err := standard.Decode(out, text); err == nil {
		return out[:n], nil
	}
	n, err := ciphertext.Base64(text).Decode(out, text)
	if err != nil {
		clear(out)
		var corrupt base64.CorruptInputError
		if errors.As(err, &corrupt) {
			return nil, fmt.Errorf("is not valid base64: error at character %d", int64(corrupt)+1)
		}
		return nil, errors.New("is not valid base64")
	}
	return out[:n], nil
}

// appendBase64 appends standard, padded base64.
func appendBase64(b, value []byte) []byte {
	n := base64.StdEncoding.EncodedLen(len(value))
	b = slices.Grow(b, n)
	padded.Encode(b[len(b):len(b)+n], value)
	return b[:len(b)+n]
}

// nameCiphertext says what a field is that should be a ciphertext in base64,
// if the text itself is something that is known. What base64 holds is the
// core's to judge.
func nameCiphertext(text []byte) error {
	const most = 3 * ciphertext.MaxSize // hexadecimal between colons; this is before anybody is authenticated
	if len(text) > most {
		return nil
	}
	r := ciphertext.Inspect(text)
	switch {
	case len(r.Layers) > 0 && r.Layers[0] == "base64 text":
		return nil
	case r.Blob == nil && r.Verdict != ciphertext.Alien && r.Damage.Field != "text":
		return nil
	}
	return fmt.Errorf("is not valid base64 of a ciphertext: %s", r.Reason())
}

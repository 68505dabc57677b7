package rest

import (
	"encoding/base64"
	"errors"
	"fmt"

	"rekey/shared/ciphertext"
)

// decodeBase64 reads the spellings of ciphertext.Base64. The result is never
// nil.
func decodeBase64(m *Memory, text []byte) ([]byte, error) {
	e := ciphertext.Base64(text)
	out := m.Take(e.DecodedLen(len(text)))
	n, err := e.Decode(out, text)
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

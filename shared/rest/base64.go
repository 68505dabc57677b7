package rest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
)

// DecodeBase64 reads the spellings that people and libraries produce:
// standard and URL-safe, padded or not, with line breaks. Strict about the
// rest (RFC 4648, 3.5): the unused bits at the end are zero, so that bytes
// have one meaning. The result is never nil.
func DecodeBase64(text []byte) ([]byte, error) { return decodeBase64(nil, text) }

func decodeBase64(m *Memory, text []byte) ([]byte, error) {
	e := encodingOf(text)
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

// encodingOf picks the one encoding that can read the text. Each skips line
// breaks by itself.
func encodingOf(text []byte) *base64.Encoding {
	urlSafe := bytes.IndexByte(text, '-') >= 0 || bytes.IndexByte(text, '_') >= 0
	padded := bytes.IndexByte(text, '=') >= 0
	switch {
	case urlSafe && padded:
		return strictURL
	case urlSafe:
		return strictRawURL
	case padded:
		return strictStd
	}
	return strictRawStd
}

var (
	strictStd    = base64.StdEncoding.Strict()
	strictURL    = base64.URLEncoding.Strict()
	strictRawStd = base64.RawStdEncoding.Strict()
	strictRawURL = base64.RawURLEncoding.Strict()
)

package ciphertext

import (
	"bytes"
	"encoding/base64"
)

// Base64 picks, of the spellings that people and libraries produce, the one
// that can read the text: standard or URL-safe, padded or not. Each skips line
// breaks, and is strict about the rest (RFC 4648, 3.5): the unused bits at the
// end are zero, so that bytes have one meaning.
func Base64(text []byte) *base64.Encoding {
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

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"

	"rekey/shared/aead"
	"rekey/shared/keyadmin"
)

// readMaterial reads 32 bytes in the form that the caller states: a guess
// could take the text of a key for the key.
func readMaterial(in io.Reader, format string) ([]byte, error) {
	decode, ok := materialFormats[format]
	if !ok {
		return nil, usagef("--format %q: want raw, base64 or hex", format)
	}
	const most = 1024 // bytes: material in any format, with line breaks
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, fmt.Errorf("reading the material: %w", err)
	}
	defer clear(text)
	if len(text) > most {
		return nil, fmt.Errorf("%w: standard input is over %d bytes, more than any material", keyadmin.ErrInvalid, most)
	}
	material, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("%w: standard input: %w", keyadmin.ErrInvalid, err)
	}
	return material, nil
}

// materialFormats decode material. Their errors never repeat it.
var materialFormats = map[string]func(text []byte) ([]byte, error){
	"raw": func(text []byte) ([]byte, error) { return bytes.Clone(text), aead.CheckRaw(text) },
	"base64": func(text []byte) ([]byte, error) {
		text = bytes.TrimSpace(text)
		material := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
		n, err := base64.StdEncoding.Strict().Decode(material, text)
		return decoded(material[:n], err, "is not padded base64")
	},
	"hex": func(text []byte) ([]byte, error) {
		text = bytes.TrimSpace(text)
		material := make([]byte, hex.DecodedLen(len(text)))
		n, err := hex.Decode(material, text)
		return decoded(material[:n], err, "is not hex")
	},
}

func decoded(material []byte, err error, not string) ([]byte, error) {
	switch {
	case err != nil:
		clear(material)
		return nil, fmt.Errorf("material %s", not)
	case len(material) != aead.MaterialSize:
		clear(material)
		return nil, fmt.Errorf("material is %d bytes long, want %d", len(material), aead.MaterialSize)
	}
	return material, nil
}

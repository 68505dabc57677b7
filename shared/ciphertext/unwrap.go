package ciphertext

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxLayers is how many layers Inspect takes off: a JSON answer inside another
// with base64 applied twice is four.
const maxLayers = 5

// unwrap takes layers off until what is inside is known. A layer counts only
// if it leads there: nearly any word is base64 of something.
func unwrap(b []byte, layers int) Report {
	r := inspectBytes(b)
	if r.Verdict != Unknown || layers == 0 {
		return r
	}
	text := bytes.TrimSpace(b)
	if len(text) == 0 {
		return unknown(len(b), "it is empty")
	}
	for _, off := range []func([]byte, int) (Report, bool){offUnicode, offJSON, offHex, offBase64} {
		if inner, ok := off(text, layers-1); ok {
			return inner
		}
	}
	if text[0] == '{' && json.Valid(text) {
		return unknown(len(b), "it is a JSON document without a ciphertext that is known here")
	}
	return r
}

// within is what a layer has inside, if that is known.
func within(layer string, b []byte, layers int) (Report, bool) {
	r := unwrap(b, layers)
	r.Layers = append([]string{layer}, r.Layers...)
	return r, r.Verdict != Unknown
}

// members of JSON documents that hold ciphertexts: of this API in both of
// protobuf's spellings, of Vault (inside data), of AWS KMS, and of a function
// or a gateway (a document inside body).
var members = []string{"ciphertext", "dataKeyCiphertext", "data_key_ciphertext", "data", "CiphertextBlob", "body"}

func offJSON(text []byte, layers int) (Report, bool) {
	switch text[0] {
	case '"':
		return offString("a JSON string", text, layers)
	case '{':
		var document map[string]json.RawMessage
		if json.Unmarshal(text, &document) != nil {
			return Report{}, false
		}
		for _, name := range members {
			if r, ok := offMember(name, document[name], layers); ok {
				return r, true
			}
		}
	}
	return Report{}, false
}

func offMember(name string, value []byte, layers int) (Report, bool) {
	layer := "JSON member " + name
	switch {
	case len(value) == 0:
		return Report{}, false
	case value[0] == '"':
		return offString(layer, value, layers)
	}
	return within(layer, value, layers)
}

func offString(layer string, value []byte, layers int) (Report, bool) {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return Report{}, false
	}
	return within(layer, []byte(s), layers)
}

// offHex reads digits in either case, with line breaks, spaces or colons
// between them, and after 0x or the \x of PostgreSQL; where they break is
// counted without these.
func offHex(text []byte, layers int) (Report, bool) {
	text = bytes.TrimPrefix(bytes.TrimPrefix(text, []byte("0x")), []byte(`\x`))
	text = slices.DeleteFunc(bytes.Clone(text), func(c byte) bool { return strings.IndexByte("\r\n :", c) >= 0 })
	raw := make([]byte, hex.DecodedLen(len(text)))
	n, err := hex.Decode(raw, text)
	r, ok := within("hexadecimal text", raw[:n], layers)
	if err != nil && (!ok || r.Verdict == Alien) {
		return r, false
	}
	if err != nil {
		r.broken("hexadecimal text", 2*n)
	}
	return r, ok
}

// offBase64 reads the four spellings that the API reads, with line breaks
// (RFC 4648; the unused bits at the end are zero). Where they break in the
// middle of an RKY1 ciphertext it says so.
func offBase64(text []byte, layers int) (Report, bool) {
	spelling := spellingOf(text)
	raw := make([]byte, spelling.DecodedLen(len(text)))
	n, err := spelling.Decode(raw, text)
	r, ok := within("base64 text", raw[:n], layers)
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		if !ok || r.Verdict == Alien {
			return r, false
		}
		r.broken("base64 text", int(corrupt))
	}
	return r, ok
}

func spellingOf(text []byte) *base64.Encoding {
	e := base64.StdEncoding
	if bytes.ContainsAny(text, "-_") {
		e = base64.URLEncoding
	}
	if !bytes.ContainsRune(text, '=') {
		e = e.WithPadding(base64.NoPadding)
	}
	return e.Strict()
}

// broken says that the text could be read up to a character only.
func (r *Report) broken(layer string, at int) {
	r.Verdict, r.Body = Damaged, 0
	r.Damage = Damage{Field: layer, Offset: at, Problem: fmt.Sprintf("it is not %s any more or ends too early", layer)}
}

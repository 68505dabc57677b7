package ciphertext

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// maxLayers is how many layers Inspect takes off: UTF-16 around a JSON answer
// inside another with base64 applied twice is five.
const maxLayers = 6

// Names of layers that are asked for.
const (
	base64Text = "base64 text"
	otherText  = "other text"
)

// walk takes layers off. A layer counts only if it leads to what is known:
// nearly any word is base64 of something.
type walk struct {
	left int // bytes that may still be looked at: nobody keeps it busy for long
}

func (w *walk) unwrap(b []byte, layers int) Report {
	if w.left -= len(b) + 512; w.left < 0 { // the second for what each takes
		return unknown(len(b), "not an RKY1 ciphertext")
	}
	if inner, ok := w.offUnicode(b, layers-1); ok { // before what has no more than a zero for a prefix
		return inner
	}
	r := look(b)
	if r.Verdict != Unknown || layers == 0 {
		return r
	}
	text := bytes.TrimSpace(b)
	if len(text) == 0 {
		return unknown(len(b), "it is empty")
	}
	broken, found := r, false
	for _, off := range []func([]byte, int) (Report, bool){
		w.offJSON, w.offHex, w.offBase64, w.offIndent, w.offSpaces, w.offPercent, w.offAround, w.offQuoted,
	} {
		inner, ok := off(text, layers-1)
		switch {
		case ok && (inner.Verdict == Alien || inner.Blob != nil):
			return inner
		case ok && !found:
			broken, found = inner, true
		}
	}
	return broken
}

// within is what a layer has inside, if that is known.
func (w *walk) within(layer string, b []byte, layers int) (Report, bool) {
	if layers < 0 {
		return Report{}, false
	}
	r := w.unwrap(b, layers)
	r.Layers = append([]string{layer}, r.Layers...)
	return r, r.Verdict != Unknown
}

// offHex reads digits in either case, with line breaks, spaces or colons
// between them, and after 0x or the \x of PostgreSQL; where they break is
// counted without these.
func (w *walk) offHex(text []byte, layers int) (Report, bool) {
	text = bytes.TrimPrefix(bytes.TrimPrefix(text, []byte("0x")), []byte(`\x`))
	text = slices.DeleteFunc(bytes.Clone(text), func(c byte) bool {
		return bytes.IndexByte([]byte("\r\n\t :"), c) >= 0
	})
	raw := make([]byte, hex.DecodedLen(len(text)))
	n, err := hex.Decode(raw, text)
	return w.decoded("hexadecimal text", raw[:n], err, 2*n, layers)
}

// offBase64 reads the four spellings that the API reads.
func (w *walk) offBase64(text []byte, layers int) (Report, bool) {
	spelling := Base64(text)
	raw := make([]byte, spelling.DecodedLen(len(text)))
	n, err := spelling.Decode(raw, text)
	var corrupt base64.CorruptInputError
	errors.As(err, &corrupt)
	return w.decoded(base64Text, raw[:n], err, int(corrupt), layers)
}

// decoded is what stands in a text up to where it broke, if it did.
func (w *walk) decoded(layer string, raw []byte, err error, at, layers int) (Report, bool) {
	if len(raw) == 0 {
		return Report{}, false
	}
	r, ok := w.within(layer, raw, layers)
	if err == nil || !ok {
		return r, ok
	}
	r.Verdict, r.Body, r.Blob, r.Note = Damaged, 0, nil, ""
	r.Damage = Damage{Field: layer, Offset: at, Problem: fmt.Sprintf("it is no longer %s, or ends too early", layer)}
	return r, r.KeyID != ""
}

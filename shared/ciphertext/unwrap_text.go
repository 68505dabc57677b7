package ciphertext

import (
	"bytes"
	"encoding/binary"
	"io"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"unicode/utf16"
)

// offUnicode takes off what editors and shells of Windows put around text: a
// byte order mark, and two bytes for each character.
func (w *walk) offUnicode(text []byte, layers int) (Report, bool) {
	if rest, ok := bytes.CutPrefix(text, []byte("\xef\xbb\xbf")); ok {
		return w.within("text after a byte order mark", rest, layers)
	}
	var order binary.ByteOrder
	var known bool
	for _, o := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if len(text) >= 8 && (o.Uint16(text) == 0xfeff || asciiIn(o, text[:8])) {
			order, known = o, true
		}
	}
	if !known {
		return Report{}, false
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	if units[0] == 0xfeff {
		units = units[1:]
	}
	return w.within("UTF-16 text", []byte(string(utf16.Decode(units))), layers)
}

// asciiIn recognises UTF-16 without a mark by characters of ASCII.
func asciiIn(o binary.ByteOrder, b []byte) bool {
	for ; len(b) > 0; b = b[2:] {
		if c := o.Uint16(b); c == 0 || c >= 0x80 {
			return false
		}
	}
	return true
}

// offIndent reads lines that are set in, as in YAML.
func (w *walk) offIndent(text []byte, layers int) (Report, bool) {
	if !bytes.Contains(text, []byte("\n ")) && !bytes.Contains(text, []byte("\n\t")) {
		return Report{}, false
	}
	lines := bytes.Split(text, []byte("\n"))
	for i := range lines {
		lines[i] = bytes.TrimSpace(lines[i])
	}
	return w.within("indented text", bytes.Join(lines, []byte("\n")), layers)
}

// offSpaces reads what stands in pieces, as a shell leaves lines that it was
// given without quotes, or has a space for each +, as the decoder of a form
// leaves it. If both may be, the one is taken that pieces of one size speak for.
func (w *walk) offSpaces(text []byte, layers int) (Report, bool) {
	if !bytes.ContainsAny(text, " \t") {
		return Report{}, false
	}
	pieces := bytes.Fields(text)
	try := func(layer string, b []byte) (Report, bool) {
		if bytes.Equal(begun(text), begun(b)) && begun(b) != nil && !bytes.HasPrefix(text, []byte(start)) {
			return Report{}, false // all spaces are around it
		}
		return w.within(layer, b, layers)
	}
	joined := func() (Report, bool) { return try("text in pieces", bytes.Join(pieces, nil)) }
	pluses := func() (Report, bool) {
		return try("text with spaces for +", bytes.ReplaceAll(text, []byte(" "), []byte("+")))
	}
	tries := []func() (Report, bool){pluses, joined}
	if even(pieces) {
		tries = []func() (Report, bool){joined, pluses}
	}
	for _, by := range tries {
		// Nothing is bytes with spaces in them until base64 says so.
		if r, ok := by(); ok && len(r.Layers) > 1 && (r.Verdict == Alien || r.Blob != nil) {
			return r, true
		}
	}
	return Report{}, false
}

// even recognises lines of one length and a last one that is no longer.
func even(pieces [][]byte) bool {
	for _, p := range pieces[:len(pieces)-1] {
		if len(p) != len(pieces[0]) {
			return false
		}
	}
	return len(pieces[len(pieces)-1]) <= len(pieces[0])
}

// offPercent reads a part of a URL or of a form.
func (w *walk) offPercent(text []byte, layers int) (Report, bool) {
	s, err := url.PathUnescape(string(text))
	if err != nil || len(s) == len(text) {
		return Report{}, false
	}
	return w.within("percent-encoded text", []byte(s), layers)
}

// offQuoted reads a part of a mail in quoted-printable (RFC 2045, 6.7).
func (w *walk) offQuoted(text []byte, layers int) (Report, bool) {
	if !bytes.Contains(text, []byte("=\n")) && !bytes.Contains(text, []byte("=\r\n")) &&
		!bytes.Contains(text, []byte("=3D")) {
		return Report{}, false
	}
	raw, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(text)))
	if err != nil || bytes.Equal(raw, text) {
		return Report{}, false
	}
	return w.within("quoted-printable text", raw, layers)
}

// start is what the magic begins with in base64.
const start = "UktZAQ"

// offAround finds the one ciphertext in base64 that other text stands around,
// such as quotes, a comma, or the name of a variable.
func (w *walk) offAround(text []byte, layers int) (Report, bool) {
	from := bytes.Index(text, []byte(start))
	if from < 0 || bytes.LastIndex(text, []byte(start)) != from || inside(text[:from]) {
		return Report{}, false
	}
	line, lines := run(text[from:], ""), run(text[from:], "\r\n")
	if len(line) == len(text) || len(lines) == len(text) {
		return Report{}, false
	}
	whole := lines[:max(bytes.LastIndexByte(lines, '\n'), 0)] // what is behind may be something else
	var first Report
	for _, b := range [][]byte{line, lines, whole} {
		r, ok := w.within(otherText, b, layers)
		if ok && r.Blob != nil {
			return r, true
		}
		if ok && first.Verdict == 0 {
			first = r
		}
	}
	return first, first.Verdict != 0
}

// begun is the base64 that begins with the first magic; nil if there is none.
func begun(text []byte) []byte {
	if from := bytes.Index(text, []byte(start)); from >= 0 {
		return run(text[from:], "")
	}
	return nil
}

// inside reports whether what stands before a ciphertext is base64 as well: it
// is a chance then, or none from its start.
func inside(before []byte) bool {
	word := len(before)
	for word > 0 && (isURLSafe(before[word-1]) || before[word-1] == '+' || before[word-1] == '/') {
		word--
	}
	const long = 16 // letters, which are neither a name nor a path if they are mixed
	last := before[word:]
	return len(last) > long && bytes.ContainsAny(last, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") &&
		bytes.ContainsAny(last, "0123456789")
}

// run is the base64 at the front, with the breaks that may stand in it.
func run(text []byte, breaks string) []byte {
	n := 0
	for n < len(text) && (isURLSafe(text[n]) || text[n] == '+' || text[n] == '/' ||
		strings.IndexByte(breaks, text[n]) >= 0) {
		n++
	}
	return text[:len(text)-len(bytes.TrimLeft(text[n:], "="))]
}

package keyfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"rekey/shared/strictjson"
)

// ErrAltered is of a keyring whose content is intact, as its checksum proves,
// but not as rekey writes it: File.Repair reads it.
var ErrAltered = errors.New("its content is intact")

// Repair is Keyring for a file that others may have written anew without changing
// the content. It says what they did, or nothing; what cannot be proven to be
// the same content has Keyring's error.
func (f *File) Repair() (r *Keyring, altered string, err error) {
	altered = f.altered
	text, err := f.open()
	if err == nil {
		if original, what := repaired(text); original != nil {
			text, altered = original, what
		}
		r, f.Format, err = decode(text)
	}
	if err != nil {
		return nil, "", fmt.Errorf("keyring %s %w", f.Path, err)
	}
	return r, altered, nil
}

// repaired is the text that has the checksum which it names, and how the data
// came to differ from it; nil if there is no such text.
func repaired(data []byte) (text []byte, altered string) {
	if data = canonical(data); sumMatches(data) {
		return nil, ""
	}
	var did []string
	for _, step := range steps {
		undone := step.undo(data)
		if undone == nil {
			continue
		}
		data = canonical(undone)
		did = append(did, step.what)
		if sumMatches(data) {
			return data, strings.Join(did, ", ")
		}
	}
	return nil, ""
}

// steps undo what was done, the last of it first. What a step does not find is
// nil.
var steps = []struct {
	what string
	undo func([]byte) []byte
}{
	{"it is in UTF-16", fromUTF16},
	{"zero bytes are behind its end", withoutZeros},
	{"its lines end with CR LF", withoutCR},
	{"other text is around the JSON", withoutText},
	{"the JSON was reformatted", formatted},
}

func fromUTF16(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("{\x00")),
		bytes.HasPrefix(data, []byte("-\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.HasPrefix(data, []byte("\x00{")),
		bytes.HasPrefix(data, []byte("\x00-")):
		order = binary.BigEndian
	default:
		return nil
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

func withoutZeros(data []byte) []byte {
	text := bytes.TrimRight(data, "\x00\r\n")
	if bytes.IndexByte(data[len(text):], 0) < 0 {
		return nil
	}
	return text
}

func withoutCR(data []byte) []byte {
	if !bytes.Contains(data, []byte("\r\n")) {
		return nil
	}
	return lines(data)
}

func lines(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }

// withoutText is the JSON object that begins a line, the first that does. Of
// two keyrings it is neither, nor of what a merge has left.
func withoutText(data []byte) []byte {
	text := data[max(begin(data), 0):]
	object, rest, err := strictjson.Object(text)
	n, _, _ := twoOf(data)
	if err != nil || n > 0 || conflict.Match(data) || len(text) == len(data) && string(rest) == "\n" {
		return nil
	}
	return object
}

// formatted writes the JSON as Encode does.
func formatted(data []byte) []byte {
	var doc wireFile
	if strictjson.Unmarshal(data, &doc) != nil {
		return nil
	}
	r, err := fromWire(doc)
	if err != nil || r.check() != nil {
		return nil
	}
	text, err := Encode(r)
	if err != nil || !bytes.Contains(text, fmt.Appendf(nil, "%q", doc.SHA256)) {
		return nil
	}
	return text
}

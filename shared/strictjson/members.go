package strictjson

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Value is one JSON value as it stands in its document: valid syntax, and
// valid only as long as the document is not changed.
type Value []byte

// Kind is the kind of a JSON value, for messages: "a string".
func (v Value) Kind() string {
	switch v[0] {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// IsNull reports whether the value is null.
func (v Value) IsNull() bool { return v[0] == 'n' }

// IsString reports whether the value is a string.
func (v Value) IsString() bool { return v[0] == '"' }

// IsObject reports whether the value is an object.
func (v Value) IsObject() bool { return v[0] == '{' }

// IsArray reports whether the value is an array.
func (v Value) IsArray() bool { return v[0] == '[' }

// Text returns the bytes that a string value means, with its escapes
// resolved. Without escapes they are part of the document: do not write.
func (v Value) Text() ([]byte, error) {
	if !v.IsString() {
		return nil, notString(v[0])
	}
	return v.text(nil)
}

// text appends the text to room, unless the document has it literally.
func (v Value) text(room []byte) ([]byte, error) {
	if inner := v[1 : len(v)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	if len(v) > cap(room) {
		room = make([]byte, 0, len(v))
	}
	return jsontext.AppendUnquote(room, []byte(v))
}

// notString is the first byte of a value that should be a string. As an error
// it takes no memory: a document may have a hundred thousand of them.
type notString byte

func (c notString) Error() string { return "is " + Value{byte(c)}.Kind() + ", want a string" }

// Members calls f for each member of the one object that data must be, in
// order, and stops at the first error of f. The name has its escapes resolved,
// and is valid until f returns. Duplicate members are given twice: f
// knows which names mean the same, and Twice whether there are any at all.
// Errors about the syntax tell where, and repeat nothing.
func Members(data []byte, f func(name []byte, v Value) error) error {
	var p plain
	if p.read(data) {
		return p.each(f)
	}
	return members(data, f)
}

func members(data []byte, f func(name []byte, v Value) error) error {
	r := readers.Get().(*reader)
	defer r.release()
	whole := data
	data = trim(data)
	d := r.decoder(data)
	if kind := d.PeekKind(); kind != '{' {
		return notObject(d, whole)
	}
	if _, err := d.ReadToken(); err != nil {
		return syntax(whole, err)
	}
	var room [64]byte // for a name without its escapes
	for d.PeekKind() != '}' {
		name, err := next(d, data)
		if err != nil {
			return syntax(whole, err)
		}
		n, err := name.text(room[:0])
		if err != nil {
			return syntax(whole, err)
		}
		v, err := next(d, data)
		if err != nil {
			return syntax(whole, err)
		}
		if err := f(n, v); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return syntax(whole, err)
	}
	if end := int(d.InputOffset()); end < len(data) {
		return after(whole, lead(whole)+end)
	}
	return nil
}

// next is the decoder's next value as it stands in data. Nested ones are
// skipped token by token: to read them in one go the library calls itself for
// each level, and a stack of 10,000 levels is many times such a document.
func next(d *jsontext.Decoder, data []byte) (Value, error) {
	before := d.InputOffset()
	if err := d.SkipValue(); err != nil {
		return nil, err
	}
	return bytes.TrimLeft(data[before:d.InputOffset()], " \t\r\n:,"), nil
}

// Elements calls f for each element of an array value, in order.
func Elements(array Value, f func(Value) error) error {
	r := readers.Get().(*reader)
	defer r.release()
	d := r.decoder(array)
	if _, err := d.ReadToken(); err != nil {
		return syntax(array, err)
	}
	for d.PeekKind() != ']' {
		v, err := next(d, array)
		if err != nil {
			return syntax(array, err)
		}
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// AppendQuote appends s to dst as a JSON string, with invalid UTF-8 replaced.
func AppendQuote[T string | []byte](dst []byte, s T) []byte {
	out, _ := jsontext.AppendQuote(dst, s) // its error only says that UTF-8 was replaced
	return out
}

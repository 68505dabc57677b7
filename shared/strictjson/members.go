package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"

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
		return nil, fmt.Errorf("is %s, want a string", v.Kind())
	}
	if inner := v[1 : len(v)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	return jsontext.AppendUnquote(make([]byte, 0, len(v)), []byte(v))
}

// Members calls f for each member of the one object that data must be, in
// order, and stops at the first error of f. The name has its escapes
// resolved. Members that stand twice are given twice: f knows which names
// mean the same. Errors about the syntax tell where, and repeat nothing.
func Members(data []byte, f func(name []byte, v Value) error) error {
	var p plain
	if p.read(data) {
		return p.each(f)
	}
	return members(data, true, f)
}

// UniqueMembers is Members for a document in which nothing may stand twice,
// at any depth: ErrTwice says that something does. Members before it have been
// given to f by then.
func UniqueMembers(data []byte, f func(name []byte, v Value) error) error {
	return members(data, false, f)
}

// ErrTwice is why UniqueMembers stops.
var ErrTwice = errors.New("has a member that stands twice")

func members(data []byte, twice bool, f func(name []byte, v Value) error) error {
	r := readers.Get().(*reader)
	defer r.release()
	d := r.decoder(data, twice)
	if kind := d.PeekKind(); kind != '{' {
		return notObject(d, data)
	}
	if _, err := d.ReadToken(); err != nil {
		return syntax(err)
	}
	// By the library's contract a value lives until the next one is read, so
	// names are copied to here.
	var own [64]byte
	for d.PeekKind() != '}' {
		name, err := d.ReadValue()
		if err != nil {
			return syntax(err)
		}
		n, err := Value(append(own[:0], name...)).Text()
		if err != nil {
			return syntax(err)
		}
		v, err := d.ReadValue()
		if err != nil {
			return syntax(err)
		}
		if err := f(n, Value(v)); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return syntax(err)
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return errors.New("has something after the JSON object")
	}
	return nil
}

// Elements calls f for each element of an array value, in order.
func Elements(array Value, f func(Value) error) error {
	r := readers.Get().(*reader)
	defer r.release()
	d := r.decoder(array, true) // as in Members
	if _, err := d.ReadToken(); err != nil {
		return syntax(err)
	}
	for d.PeekKind() != ']' {
		v, err := d.ReadValue()
		if err != nil {
			return syntax(err)
		}
		if err := f(Value(v)); err != nil {
			return err
		}
	}
	return nil
}

func notObject(d *jsontext.Decoder, data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("is empty, want a JSON object")
	}
	v, err := d.ReadValue()
	if err != nil {
		return syntax(err)
	}
	return fmt.Errorf("is %s, want a JSON object", Value(v).Kind())
}

// syntax tells where a document is broken and leaves out the library's text,
// which may quote it.
func syntax(err error) error {
	var s *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return ErrTwice
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("is cut short: the JSON ends too early")
	case errors.As(err, &s):
		return fmt.Errorf("is not valid JSON: error after byte %d", s.ByteOffset)
	}
	return errors.New("is not valid JSON")
}

// AppendQuote appends s to dst as a JSON string, with invalid UTF-8 replaced.
func AppendQuote[T string | []byte](dst []byte, s T) []byte {
	out, _ := jsontext.AppendQuote(dst, s) // its error only says that UTF-8 was replaced
	return out
}

package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

func notObject(d *jsontext.Decoder, whole []byte) error {
	v, err := next(d, trim(whole))
	switch {
	case err != nil:
		return syntax(whole, err)
	case hexJSON(trim(whole)): // begins as a number
		return foreign(trim(whole))
	case bytes.HasPrefix(space(trim(whole)[len(v):]), []byte(":")):
		return errors.New("has no braces around its names and values, want a JSON object")
	case v.IsString() && twiceEncoded(v):
		return errors.New("is a string that holds JSON: it was encoded twice, send the object itself")
	}
	return fmt.Errorf("is %s, want a JSON object", v.Kind())
}

// twiceEncoded reports whether a string's text is an object, or base64 of one.
func twiceEncoded(v Value) bool {
	text, err := v.Text()
	text = trim(text)
	return err == nil && (bytes.HasPrefix(text, []byte("{")) || base64JSON(text))
}

// blanks may stand around a document: white space, and the byte order mark
// that some editors begin a file with.
const blanks = " \t\r\n\ufeff"

func trim(data []byte) []byte { return bytes.Trim(data, blanks) }

// lead is how many bytes trim cuts off the front.
func lead(data []byte) int { return len(data) - len(bytes.TrimLeft(data, blanks)) }

// syntax tells where a document is broken, and why if that can be seen. It
// leaves out the library's text, which may quote the document.
func syntax(data []byte, err error) error {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return ErrTwice
	}
	if len(trim(data)) == 0 {
		return errors.New("is empty, want a JSON object")
	}
	if named := foreign(trim(data)); named != nil {
		return named
	}
	var s *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return cutShort(data)
	case errors.As(err, &s):
		return broken(data, lead(data)+int(s.ByteOffset))
	}
	return errors.New("is not valid JSON")
}

func cutShort(data []byte) error {
	where := ""
	if open, _ := scan(data); open {
		if bytes.ContainsAny(data[bytes.LastIndexByte(data, '"'):], typographic) {
			return fmt.Errorf("%s (%s)", quotes, place(data, bytes.LastIndexByte(data, '"')))
		}
		where = " within a string"
	}
	return fmt.Errorf("is cut short: the JSON ends too early,%s %s", where, place(data, len(data)))
}

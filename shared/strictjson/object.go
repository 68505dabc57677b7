package strictjson

import (
	"errors"
	"io"
)

// ErrCut: the object ends too early.
var ErrCut = errors.New("is cut short")

// Object cuts the JSON object off that data begins with, behind white space. Its
// members are not looked at, so they may be twice. Of an object that ends too
// early the error is ErrCut.
func Object(data []byte) (object Value, rest []byte, err error) {
	r := readers.Get().(*reader)
	defer r.release()
	d := r.decoder(data)
	if d.PeekKind() != '{' {
		return nil, data, errors.New("does not begin with a JSON object")
	}
	object, err = next(d, data)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, data, ErrCut
	case err != nil:
		return nil, data, errors.New("is not valid JSON")
	}
	return object, data[d.InputOffset():], nil
}

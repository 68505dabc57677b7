package event

import (
	"encoding/json"
	"strconv"

	"rekey/shared/rest"
	"rekey/shared/strictjson"
)

// Response is the answer to an Event, in the shape that the event's sender
// expects.
type Response struct {
	answer *rest.Response
	shape  shape
}

// shape is what the sender of an event can read.
type shape uint8

const (
	http       shape = iota // HTTP's envelope
	bare                    // only the body: of a direct invocation
	multiValue              // HTTP's envelope with multiValueHeaders: for a load balancer that sends these
)

// MarshalJSON writes HTTP's envelope, or the bare body for a direct
// invocation.
func (r *Response) MarshalJSON() ([]byte, error) {
	if r.shape == bare {
		return r.answer.Body, nil
	}
	const around = 256 // bytes: names, headers and a few escapes
	b := make([]byte, 0, len(r.answer.Body)+len(r.answer.Body)/8+around)
	b = append(b, `{"statusCode":`...)
	b = strconv.AppendInt(b, int64(r.answer.Status), 10)
	open, end := `,"headers":`, ""
	if r.shape == multiValue {
		open, end = `,"multiValueHeaders":`, "]"
	}
	b = append(b, open...)
	sep := byte('{')
	r.answer.Header(func(name, value string) {
		b = append(b, sep)
		b = strictjson.AppendQuote(b, name)
		b = append(b, ":["[:1+len(end)]...)
		b = append(strictjson.AppendQuote(b, value), end...)
		sep = ','
	})
	b = append(b, `},"isBase64Encoded":false,"body":`...)
	b = strictjson.AppendQuote(b, r.answer.Body)
	return append(b, '}'), nil
}

var _ json.Marshaler = (*Response)(nil)

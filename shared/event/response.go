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
	bare   bool
}

// MarshalJSON writes HTTP's envelope, or the bare body for a direct
// invocation.
func (r *Response) MarshalJSON() ([]byte, error) {
	if r.bare {
		return r.answer.Body, nil
	}
	const around = 256 // bytes: names, headers and a few escapes
	b := make([]byte, 0, len(r.answer.Body)+len(r.answer.Body)/8+around)
	b = append(b, `{"statusCode":`...)
	b = strconv.AppendInt(b, int64(r.answer.Status), 10)
	b = append(b, `,"headers":`...)
	sep := byte('{')
	r.answer.Header(func(name, value string) {
		b = append(b, sep)
		b = strictjson.AppendQuote(b, name)
		b = append(b, ':')
		b = strictjson.AppendQuote(b, value)
		sep = ','
	})
	b = append(b, `},"isBase64Encoded":false,"body":`...)
	b = strictjson.AppendQuote(b, r.answer.Body)
	return append(b, '}'), nil
}

var _ json.Marshaler = (*Response)(nil)

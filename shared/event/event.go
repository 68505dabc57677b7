package event

import (
	"cmp"
	"encoding/json"

	"rekey/shared/api"
	"rekey/shared/rest"
)

// Event is the payload of one invocation. It keeps the platform's bytes and
// reads them once, when it is handled.
type Event struct{ raw []byte }

// New makes an Event of a payload, which it keeps: do not write to it.
func New(payload []byte) *Event { return &Event{payload} }

// UnmarshalJSON keeps a copy of the bytes, for platforms that decode events
// with encoding/json.
func (e *Event) UnmarshalJSON(b []byte) error {
	e.raw = append([]byte(nil), b...)
	return nil
}

var _ json.Unmarshaler = (*Event)(nil)

// call is an event understood.
type call struct {
	rest.Request
	shape shape // what the answer is to look like
}

// parse understands an event. What is wrong with one member of it does not
// keep the others from being read: the answer has the shape and the request id
// that its sender expects.
func (e *Event) parse() *call {
	if e == nil { // what encoding/json makes of null
		e = New([]byte("null"))
	}
	var v envelope
	err := v.read(e.raw)
	c := v.direct(e.raw)
	if v.isHTTP() && v.trigger == "" {
		c = v.call()
	}
	c.Proof.Caller, c.TooLarge = v.context.caller, len(e.raw) > maxEvent
	if err != nil {
		c.Refusal = api.Errorf(api.InvalidArgument, "the event %v", err)
	}
	if v.context.sender != "" && v.trigger == "" {
		c.Refusal = notServed(v.context.sender)
	}
	return c
}

// direct makes the neutral request of an event that is the request itself,
// and no trigger's. What they send is read or not, whoever it is for: the
// answer has no envelope.
func (v *envelope) direct(raw []byte) *call {
	c := &call{Request: rest.Request{Body: raw}, shape: bare}
	if v.trigger != "" {
		c.Refusal = notRequest(v.trigger)
	}
	return c
}

// call makes the neutral request of an event in HTTP's shape.
func (v *envelope) call() *call {
	c := &call{Request: rest.Request{
		Method:    cmp.Or(v.context.method, v.method),
		Path:      v.actualPath(),
		RequestID: v.requestID,
		Encodings: v.encodings,
	}}
	if len(v.keyIDs) > 0 {
		c.Query = map[string][]string{"keyId": v.keyIDs}
	}
	if v.multi && v.context.sender == balancer {
		c.shape = multiValue
	}
	if !api.SaneRequestID(c.RequestID) {
		c.RequestID = v.context.requestID
	}
	body, err := v.decodedBody()
	if err != nil {
		c.Refusal = api.Errorf(api.InvalidArgument, "the body %v", err)
	}
	c.Body = body
	return c
}

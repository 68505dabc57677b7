package event

import "context"

// Handler is the signature of every function's handler.
type Handler func(context.Context, *Event) (*Response, error)

// Payload is a Handler that takes bytes and gives bytes: aws-lambda-go calls
// its Invoke with the payload as it came, which costs a quarter of decoding it
// into a struct first.
type Payload Handler

// Invoke answers one payload.
func (p Payload) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	response, err := p(ctx, New(payload))
	if err != nil {
		return nil, err
	}
	return response.MarshalJSON()
}

package platform

import (
	"crypto/rand"
	"fmt"
	"time"
)

// call is one invocation on its way.
type call struct {
	id       string
	payload  []byte
	deadline time.Time // what AWS Lambda tells of it
	late     bool      // its instance was ended because of it; Function.mu protects it

	done   chan struct{} // closed once the two below are set
	answer []byte
	err    error
}

func newCall(payload []byte) *call {
	return &call{id: NewRequestID(), payload: payload, done: make(chan struct{})}
}

// outcome is what became of a call.
type outcome struct {
	answer []byte
	err    error
	took   time.Duration
}

func (c *call) end(o outcome) {
	c.answer, c.err = o.answer, o.err
	close(c.done)
}

// failed is an error of the function's own, in its or its runtime's words.
func failed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrFailed}, args...)...)
}

// NewRequestID is a random UUID (RFC 9562, version 4), as both platforms give
// every call: Yandex refuses one that is used twice.
func NewRequestID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

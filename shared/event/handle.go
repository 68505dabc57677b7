package event

import (
	"context"
	"time"

	"rekey/shared/api"
	"rekey/shared/rest"
)

// Open returns the instance's API. It is asked at every event, remembers a
// success and tries again after a failure, which it has logged. It does not
// panic.
type Open func(context.Context) (*rest.API, error)

// Encrypt answers events of the function that serves :encrypt only. Its
// error is always nil: platforms drop the body of an answer with an error.
func Encrypt(ctx context.Context, e *Event, open Open) (*Response, error) {
	return handle(ctx, e, open, api.Encrypt)
}

// Decrypt is Encrypt for :decrypt.
func Decrypt(ctx context.Context, e *Event, open Open) (*Response, error) {
	return handle(ctx, e, open, api.Decrypt)
}

// ReEncrypt is Encrypt for :reEncrypt.
func ReEncrypt(ctx context.Context, e *Event, open Open) (*Response, error) {
	return handle(ctx, e, open, api.ReEncrypt)
}

// GenerateDataKey is Encrypt for :generateDataKey.
func GenerateDataKey(ctx context.Context, e *Event, open Open) (*Response, error) {
	return handle(ctx, e, open, api.GenerateDataKey)
}

// All answers events of all four operations; the path says which.
func All(ctx context.Context, e *Event, open Open) (*Response, error) {
	return handle(ctx, e, open, 0)
}

func handle(ctx context.Context, e *Event, open Open, only api.Operation) (out *Response, err error) {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	face, err := open(ctx)
	if err != nil {
		c := e.parse()
		return &Response{rest.Refuse(c.RequestID, api.Errorf(api.Internal, "")), c.shape}, nil
	}
	c := new(call)
	defer func() {
		if p := recover(); p != nil { // of parse: the API recovers its own
			out = &Response{face.Panicked(ctx, c.RequestID, p), c.shape}
		}
	}()
	c = e.parse()
	c.Invocation, _ = ctx.Value(invocationKey).(string)
	return &Response{face.Serve(ctx, only, &c.Request), c.shape}, nil
}

// invocationKey is where Yandex Cloud Functions leave the id of an invocation
// in its context: without it in a line of the log, they take the line for one
// of the latest invocation of the instance.
const invocationKey = "lambdaRuntimeRequestID"

// Our own deadline comes before the platform's: where one instance serves
// several calls concurrently, a call that times out there takes all others with it.
const (
	deadline = 5 * time.Second        // where the platform names none
	margin   = 500 * time.Millisecond // before the one that it names
)

func withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if platform, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, platform.Add(-margin))
	}
	return context.WithTimeout(ctx, deadline)
}

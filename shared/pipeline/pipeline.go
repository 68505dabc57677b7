package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"

	"rekey/shared/api"
)

// Pipeline is the rules that every operation goes through. Where one is
// missing everything is denied. Immutable and safe for concurrent use.
type Pipeline struct {
	Authorizer Authorizer
	Limiter    Limiter
	Recorder   Recorder
}

// Owner is for who has the keys anyway, such as a command that opens a store.
var Owner = &Pipeline{Everybody{}, Unlimited{}, Unrecorded{}}

// Request is what the pipeline asks a request. Those of package api are
// Requests.
type Request interface {
	Operation() api.Operation
	Needs() api.Needs
	// Validate checks the fields that are not key ids: INVALID_ARGUMENT, naming
	// the field.
	Validate() error
}

// Do does an operation, if the rules allow it. Its error is an
// *api.Error.
func Do[Q Request, A any](ctx context.Context, p *Pipeline, c *api.Call, q Q,
	do func(context.Context, *api.Call, Q) (*A, error)) (out *A, err error) {
	c.Operation = q.Operation()
	defer func() {
		if r := recover(); r != nil {
			err = Panicked(r)
		}
		if err = p.end(ctx, c, err); err != nil {
			out = nil
		}
	}()
	if err := p.admit(ctx, c, q.Needs()); err != nil {
		return nil, err
	}
	if err := p.Limiter.Limit(ctx, c); err != nil {
		return nil, err
	}
	if err := p.Recorder.Begin(ctx, c); err != nil {
		return nil, err
	}
	if c.Malformed != nil {
		return nil, c.Malformed
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	return do(ctx, c, q)
}

// Refuse ends a call that is for no operation, or for one that is not to be
// had. An unauthenticated caller is not told why, unless the fault is ours. The result
// is never nil.
func (p *Pipeline) Refuse(ctx context.Context, c *api.Call, err error) error {
	if err == nil || !c.Principal.Authenticated() && api.AsError(err).HTTPStatus() < 500 {
		err = unauthenticated()
	}
	return p.end(ctx, c, err)
}

// admit checks the caller, the key ids and what they may do, in this order.
// All ids are checked before any permission, so that the order is the same
// whichever key is at fault. An id that is missing from a malformed request is
// reported as the malformation that may have hidden it.
func (p *Pipeline) admit(ctx context.Context, c *api.Call, needs api.Needs) error {
	c.KeyID, c.SourceKeyID = needs[0].Key, needs[1].Key
	if !c.Principal.Authenticated() {
		return unauthenticated()
	}
	for _, n := range needs {
		if n.Field == "" {
			continue
		}
		if n.Key == "" && c.Malformed != nil {
			return c.Malformed
		}
		if err := api.CheckKeyID(n.Field, n.Key); err != nil {
			return err
		}
	}
	if p == nil || p.Authorizer == nil || p.Limiter == nil || p.Recorder == nil {
		return api.Errorf(api.PermissionDenied, "nothing is allowed here: a rule is missing")
	}
	for _, n := range needs {
		if n.Operation == 0 {
			continue
		}
		if err := p.Authorizer.Authorize(ctx, c, n); err != nil {
			return err
		}
	}
	return nil
}

// end calls the recorder. If that panics, who knows what was recorded: nothing
// is answered then.
func (p *Pipeline) end(ctx context.Context, c *api.Call, err error) (out error) {
	e := Event{Call: c}
	if err != nil { // of a nil pointer an error would be made that is not nil
		e.Err = api.AsError(err)
		out = e.Err
	}
	if p == nil || p.Recorder == nil {
		return out
	}
	defer func() {
		if r := recover(); r != nil {
			out = Panicked(r)
		}
	}()
	if err := p.Recorder.End(ctx, e); err != nil {
		return api.AsError(err)
	}
	return out
}

func unauthenticated() error {
	return api.Errorf(api.Unauthenticated, "the caller is not authenticated")
}

// Panic is the cause of the INTERNAL that a panic becomes. The value may hold
// anything and is not kept; the stack holds no data.
type Panic struct{ Type, Stack string }

func (p *Panic) Error() string { return "panic of " + p.Type + ": " + p.Stack }

// Panicked is the answer for what recover returned.
func Panicked(value any) error {
	return api.AsError(&Panic{fmt.Sprintf("%T", value), string(debug.Stack())})
}

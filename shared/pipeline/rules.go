package pipeline

import (
	"context"

	"rekey/shared/api"
)

// An Authorizer decides only from its rules, without asking a store, whether
// the caller may do what a request needs. The answer must not depend on
// whether the key exists. A refusal is an *api.Error, PERMISSION_DENIED.
type Authorizer interface {
	Authorize(context.Context, *api.Call, api.Need) error
}

// A Limiter decides whether a call that is allowed may be done now. A refusal
// is an *api.Error, RESOURCE_EXHAUSTED, that says when to try again.
type Limiter interface {
	Limit(context.Context, *api.Call) error
}

// A Recorder gets every call, and keeps none: a call is part of a request
// that has a plaintext. An error of either method is an *api.Error and what the
// caller is answered instead.
type Recorder interface {
	// Begin is before anything is done for a call that is admitted; an error
	// keeps it from being done.
	Begin(context.Context, *api.Call) error
	// End is when the outcome of a call is known, admitted or not, and before
	// the caller gets it.
	End(context.Context, Event) error
}

// Event is what happened to a call, without a secret in it.
type Event struct {
	*api.Call            // its ids are unchecked if Code is INVALID_ARGUMENT
	Err       *api.Error // with its cause; nil if it was done
}

// Code is how it ended.
func (e Event) Code() api.Code {
	if e.Err == nil {
		return api.OK
	}
	return e.Err.Code
}

// Rules that let everything pass, for who means that.
type (
	// Everybody is an Authorizer: anyone who is authenticated may do everything.
	Everybody struct{}
	// Unlimited is a Limiter.
	Unlimited struct{}
	// Unrecorded is a Recorder.
	Unrecorded struct{}
)

func (Everybody) Authorize(context.Context, *api.Call, api.Need) error { return nil }
func (Unlimited) Limit(context.Context, *api.Call) error               { return nil }
func (Unrecorded) Begin(context.Context, *api.Call) error              { return nil }
func (Unrecorded) End(context.Context, Event) error                    { return nil }

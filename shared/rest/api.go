package rest

import (
	"context"
	"net/http"
	"time"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/pipeline"
)

// API answers requests by its table of endpoints. Immutable; safe for
// concurrent use.
type API struct {
	identify  identity.Authenticator
	rules     *pipeline.Pipeline
	endpoints []Endpoint
}

// New makes an API: who finds out who calls, the rules of its endpoints, and
// these. The rules' recorder gets every request, that of an endpoint or
// not.
func New(a identity.Authenticator, rules *pipeline.Pipeline, tables ...[]Endpoint) *API {
	r := &API{identify: a, rules: rules}
	for _, t := range tables {
		r.endpoints = append(r.endpoints, t...)
	}
	return r
}

// Serve answers a request. If only is not 0, it is the one operation that is
// served here: paths of others are NOT_FOUND, and a request without a path
// asks for it. Serve never fails and never panics.
func (a *API) Serve(ctx context.Context, only api.Operation, r *Request) *Response {
	c := &r.call
	*c = api.Call{Operation: only, RequestID: RequestID(r.RequestID), Invocation: r.Invocation, Begun: time.Now(),
		Memory: r.Memory}
	body, err := a.serve(ctx, c, r)
	if err != nil {
		return Refuse(c.RequestID, api.AsError(err))
	}
	return &Response{Status: http.StatusOK, RequestID: c.RequestID, Body: body}
}

// Panicked is the answer of a face that panicked before it had a Request.
func (a *API) Panicked(ctx context.Context, id string, value any) *Response {
	c := &api.Call{RequestID: RequestID(id), Begun: time.Now()}
	return Refuse(c.RequestID, api.AsError(a.rules.Refuse(ctx, c, pipeline.Panicked(value))))
}

// serve is Serve for a call of an operation, or of any if that is 0.
func (a *API) serve(ctx context.Context, c *api.Call, r *Request) (body []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			body, err = nil, a.rules.Refuse(ctx, c, pipeline.Panicked(p))
		}
	}()
	c.Principal, err = a.identify(ctx, r.Proof)
	if err != nil || !c.Principal.Authenticated() {
		return nil, a.rules.Refuse(ctx, c, err)
	}
	if r.Refusal != nil {
		return nil, a.rules.Refuse(ctx, c, r.Refusal)
	}
	e, err := a.find(c, r)
	if err != nil {
		return nil, a.rules.Refuse(ctx, c, err)
	}
	return e.serve(ctx, a.rules, c, r)
}

// find returns the endpoint that a request is for, and refuses a path, a method
// or a body that cannot be one. It notes in the call what the path names.
func (a *API) find(c *api.Call, r *Request) (*Endpoint, error) {
	e, err := a.route(c, r)
	switch {
	case err != nil:
		return nil, err
	case r.TooLarge || len(r.Body) > api.MaxBody:
		return nil, api.Errorf(api.InvalidArgument, "the body is too large: at most %d bytes are allowed",
			api.MaxBody).WithStatus(http.StatusRequestEntityTooLarge)
	case r.TooSlow > 0:
		return nil, api.Errorf(api.DeadlineExceeded, "the body came too slowly: a request must "+
			"arrive completely within %v", r.TooSlow).WithStatus(http.StatusRequestTimeout)
	}
	return e, nil
}

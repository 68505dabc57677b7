package rest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"rekey/shared/api"
	"rekey/shared/key"
)

// Service is the four operations. *kms.Service is one.
type Service interface {
	Encrypt(context.Context, api.Principal, *api.EncryptRequest) (*api.EncryptResponse, error)
	Decrypt(context.Context, api.Principal, *api.DecryptRequest) (*api.DecryptResponse, error)
	ReEncrypt(context.Context, api.Principal, *api.ReEncryptRequest) (*api.ReEncryptResponse, error)
	GenerateDataKey(context.Context, api.Principal, *api.GenerateDataKeyRequest) (*api.GenerateDataKeyResponse, error)
}

// API answers requests with a Service. Immutable; safe for concurrent use.
type API struct {
	service Service
	log     *slog.Logger
	logged  Logged
}

// New makes an API. The log gets what an operator must know and a caller must
// not: the causes of INTERNAL, UNAVAILABLE and the like, by request id. It has
// no line for a request: see LogRequests.
func New(s Service, log *slog.Logger) *API { return &API{service: s, log: log} }

// Serve answers a request. If only is not 0, it is the one operation that is
// served here: paths of others are NOT_FOUND, and a request without a path
// asks for it. Serve never fails and never panics.
func (a *API) Serve(ctx context.Context, only api.Operation, r *Request) *Response {
	id := RequestID(r.RequestID)
	if a.logged != LogNone && a.log.Enabled(ctx, slog.LevelInfo) {
		return a.serveLogged(ctx, id, only, r)
	}
	return a.serve(ctx, id, only, r, nil)
}

// serve is Serve; the trace, which may be nil, is filled in.
func (a *API) serve(ctx context.Context, id string, only api.Operation, r *Request, t *api.Trace) (out *Response) {
	defer func() {
		if p := recover(); p != nil {
			// The value may hold anything, the stack holds no data.
			a.log.ErrorContext(ctx, "panic", "requestId", id, "type", fmt.Sprintf("%T", p), "stack",
				string(debug.Stack()))
			out = Refuse(id, api.Errorf(api.Internal, "internal error"))
		}
	}()
	if !r.Principal.Authenticated() {
		return Refuse(id, api.Errorf(api.Unauthenticated, "the caller is not authenticated"))
	}
	if r.Refusal != nil {
		return Refuse(id, r.Refusal)
	}
	keyID, o, refusal := target(id, only, r)
	if t != nil {
		t.Operation, t.KeyID = o, keyID
	}
	if refusal != nil {
		return refusal
	}
	body, err := a.call(ctx, o, keyID, r, t)
	if errors.Is(err, errEncoded) {
		return asEncoded(Refuse(id, api.AsError(err)))
	}
	if err != nil {
		return a.fail(ctx, id, o, api.AsError(err))
	}
	return &Response{Status: http.StatusOK, RequestID: id, Body: body}
}

// target finds the key and the operation that a request names, and the refusal
// of a path, a method or a body that cannot be one.
func target(id string, only api.Operation, r *Request) (key.ID, api.Operation, *Response) {
	keyID, o, refusal := key.ID(""), only, (*api.Error)(nil)
	switch {
	case r.Path != "":
		keyID, o, refusal = routeTo(only, r.Path)
	case only == 0:
		refusal = api.Errorf(api.NotFound, "the request has no path and this entry serves every operation: call "+
			"%s{keyId}:encrypt, or the function of one operation", Prefix)
	}
	switch {
	case refusal != nil:
		return keyID, o, Refuse(id, refusal)
	case r.Method != "" && r.Method != http.MethodPost:
		return keyID, o, notAllowed(id)
	case r.TooLarge || len(r.Body) > api.MaxBody:
		return keyID, o, tooLarge(id)
	case r.TooSlow > 0:
		return keyID, o, tooSlow(id, r.TooSlow)
	}
	return keyID, o, nil
}

func routeTo(only api.Operation, path string) (key.ID, api.Operation, *api.Error) {
	keyID, o, ok := route(path)
	switch {
	case !ok:
		return "", 0, api.Errorf(api.NotFound, "no such path: want %s{keyId}:encrypt, :decrypt, :reEncrypt or "+
			":generateDataKey", Prefix)
	case only != 0 && o != only:
		return keyID, o, api.Errorf(api.NotFound, "no such path here: this function serves :%v alone, not :%v", only, o)
	case keyID == "":
		return "", o, api.Errorf(api.InvalidArgument, "keyId: the path has none before :%v", o)
	}
	return keyID, o, nil
}

func notAllowed(id string) *Response {
	out := Refuse(id, api.Errorf(api.Unimplemented, "this path takes POST alone"))
	out.Status, out.Allow = http.StatusMethodNotAllowed, http.MethodPost
	return out
}

func tooLarge(id string) *Response {
	out := Refuse(id, api.Errorf(api.InvalidArgument, "the body is too large: at most %d bytes are allowed",
		api.MaxBody))
	out.Status = http.StatusRequestEntityTooLarge
	return out
}

// tooSlow is no fault of the request, and no operation has failed: it may come
// again, and the operator's log has no error.
func tooSlow(id string, limit time.Duration) *Response {
	out := Refuse(id, api.Errorf(api.DeadlineExceeded, "the body came too slowly: a request must be here, to its "+
		"last byte, within %v", limit))
	out.Status = http.StatusRequestTimeout
	return out
}

// fail answers an error, and tells the operator if it is not the caller's.
func (a *API) fail(ctx context.Context, id string, o api.Operation, e *api.Error) *Response {
	switch e.Code {
	// not RESOURCE_EXHAUSTED: a flood must stay cheap
	case api.Internal, api.Unknown, api.DataLoss, api.Unavailable, api.DeadlineExceeded:
		a.log.ErrorContext(ctx, "operation failed", "operation", o.String(), "code", e.Code.String(), "requestId", id,
			"fault", e.Message, "error", e.Unwrap())
	}
	if e.Code == api.Internal {
		e = api.Errorf(api.Internal, "internal error")
	}
	return Refuse(id, e)
}

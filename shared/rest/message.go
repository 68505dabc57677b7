package rest

import (
	"net/http"
	"strconv"
	"time"

	"rekey/shared/api"
)

// Request is one call, free of the protocol that brought it.
type Request struct {
	Method     string   // empty means POST: a direct invocation has none
	Path       string   // the actual path as it was sent, without a query; empty in a direct call
	KeyIDs     []string // every keyId of the query
	RequestID  string   // of the caller or the platform, if any
	Invocation string   // the platform's own id for it, under which its log has the request; logged and no more
	Principal  api.Principal
	Body       []byte
	Encodings  []string      // every Content-Encoding
	TooLarge   bool          // the body was over api.MaxBody and was not read
	TooSlow    time.Duration // in which the body did not come to its end
	Refusal    *api.Error    // why what came is no request at all: told to whoever is authenticated
	Memory     *Memory       // of the request, and of its Response: that is valid until it is wiped; may be nil
}

// Response is the answer to a Request.
type Response struct {
	Status     int      // of HTTP
	Code       api.Code // of the error; OK if there is none
	RequestID  string
	Allow      string // the methods of a path, with status 405
	RetryAfter int    // seconds; 0 if retrying is no use
	Body       []byte // one JSON object
}

// Header calls f with each header of the response, names in canonical case.
func (r *Response) Header(f func(name, value string)) {
	f("Content-Type", "application/json")
	f("X-Request-Id", r.RequestID)
	if r.Allow != "" {
		f("Allow", r.Allow)
	}
	if r.RetryAfter > 0 {
		f("Retry-After", strconv.Itoa(r.RetryAfter))
	}
}

// OK reports whether the response is a success.
func (r *Response) OK() bool { return r.Status == http.StatusOK }

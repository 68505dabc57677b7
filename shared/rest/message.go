package rest

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/strictjson"
)

// Request is one call, free of the protocol that brought it.
type Request struct {
	Method    string              // empty means POST: a direct invocation has none
	Path      string              // the actual path as it was sent, without a query; empty in a direct call
	Query     map[string][]string // all of it, or, of an event, its keyId only
	RequestID string              // of the caller or the platform, if any
	// the platform's own id for it, under which its log has the request; logged and no more
	Invocation string
	Proof      identity.Proof // of who calls
	Body       []byte
	Encodings  []string      // every Content-Encoding
	TooLarge   bool          // the body was over api.MaxBody and was not read
	TooSlow    time.Duration // in which the body did not come to its end
	Refusal    *api.Error    // why what came is not a request at all: told to anyone who is authenticated
	Memory     *Memory       // of the request, and of its Response: that is valid until it is wiped; may be nil

	call api.Call
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

// Refuse is the response that an error becomes: google.rpc.Status as JSON,
// with the request id in its details. Request ids that are not sane are made
// anew, and an INTERNAL says nothing.
func Refuse(id string, e *api.Error) *Response {
	id = RequestID(id)
	if e.Code == api.Internal {
		e = api.Errorf(api.Internal, "internal error")
	}
	out := &Response{Status: e.HTTPStatus(), Code: e.Code, RequestID: id, RetryAfter: seconds(e),
		Body: appendStatus(nil, id, e)}
	if out.Status == http.StatusMethodNotAllowed {
		out.Allow = http.MethodPost // what every path of an operation takes
	}
	return out
}

func seconds(e *api.Error) int { return int(math.Ceil(e.RetryAfter.Seconds())) }

func appendStatus(b []byte, id string, e *api.Error) []byte {
	b = append(b, `{"code":`...)
	b = strconv.AppendUint(b, uint64(e.Code), 10)
	b = append(b, `,"message":`...)
	b = strictjson.AppendQuote(b, e.Message)
	b = append(b, `,"details":[{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":`...)
	b = strictjson.AppendQuote(b, id)
	return append(b, "}]}"...)
}

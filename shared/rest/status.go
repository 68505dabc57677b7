package rest

import (
	"math"
	"net/http"
	"strconv"

	"rekey/shared/api"
	"rekey/shared/strictjson"
)

// statuses is the one table from codes to HTTP statuses: google/rpc/code.proto
// says the same, but for UNIMPLEMENTED of a method (405), and a body that is
// too large (413), too slow (408) or encoded (415): notAllowed, tooLarge,
// tooSlow and asEncoded.
var statuses = [...]int{
	api.OK:                 http.StatusOK,
	api.Canceled:           499, // client closed request: nginx's number, as in code.proto
	api.Unknown:            http.StatusInternalServerError,
	api.InvalidArgument:    http.StatusBadRequest,
	api.DeadlineExceeded:   http.StatusGatewayTimeout,
	api.NotFound:           http.StatusNotFound,
	api.AlreadyExists:      http.StatusConflict,
	api.PermissionDenied:   http.StatusForbidden,
	api.ResourceExhausted:  http.StatusTooManyRequests,
	api.FailedPrecondition: http.StatusBadRequest,
	api.Aborted:            http.StatusConflict,
	api.OutOfRange:         http.StatusBadRequest,
	api.Unimplemented:      http.StatusNotImplemented,
	api.Internal:           http.StatusInternalServerError,
	api.Unavailable:        http.StatusServiceUnavailable,
	api.DataLoss:           http.StatusInternalServerError,
	api.Unauthenticated:    http.StatusUnauthorized,
}

// statusOf is the HTTP status of a code; an unknown code is an INTERNAL.
func statusOf(c api.Code) int {
	if int(c) < len(statuses) {
		return statuses[c]
	}
	return http.StatusInternalServerError
}

// Refuse is the response that an error becomes: google.rpc.Status as JSON,
// with the request id in its details. Request ids that are not sane are made
// anew.
func Refuse(id string, e *api.Error) *Response {
	id = RequestID(id)
	return &Response{Status: statusOf(e.Code), Code: e.Code, RequestID: id, RetryAfter: seconds(e),
		Body: appendStatus(nil, id, e)}
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

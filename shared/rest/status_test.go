package rest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/rest"
)

// failing is a world in which the store answers with an error, and its answer
// to a request with the id r1.
func failing(t *testing.T, err error) (*world, answer) {
	t.Helper()
	w := newWorld(t)
	w.ring.errs[ask{"one", ""}] = err
	return w, w.serve(t, 0, rest.Request{Path: rest.Prefix + "one:encrypt", Proof: someone, RequestID: "r1",
		Body: []byte(`{"plaintext":"eA=="}`)})
}

// TestStatus: one row a code of docs/api.md, with the body byte for byte: a
// google.rpc.Status as JSON.
func TestStatus(t *testing.T) {
	for code, status := range map[api.Code]int{
		1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409,
		11: 400, 12: 501, 13: 500, 14: 503, 15: 500, 16: 401, 17: 500, 1 << 31: 500,
	} {
		message := `what "it" says: <é>`
		if code == api.Internal {
			message = "internal error"
		}
		_, a := failing(t, api.Errorf(code, "%s", message))
		a.wantError(t, fmt.Sprint(code), status, code, message)
		a.wantDetails(t, "r1")
		if len(a.fields) != 3 || a.Allow != "" || a.RetryAfter != 0 {
			t.Errorf("code %d: %s, Allow %q, Retry-After %d", code, a.Body, a.Allow, a.RetryAfter)
		}
	}
	_, a := failing(t, api.Errorf(api.NotFound, "no key one"))
	want := `{"code":5,"message":"no key ` +
		`one","details":[{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"r1"}]}`
	if string(a.Body) != want {
		t.Errorf("got  %s\nwant %s", a.Body, want)
	}
}

// wantDetails checks the details of an error for the request id.
func (a answer) wantDetails(t testing.TB, id string) {
	t.Helper()
	details, _ := a.fields["details"].([]any)
	if len(details) != 1 {
		t.Errorf("details are %v", details)
		return
	}
	info, _ := details[0].(map[string]any)
	if len(info) != 2 || info["@type"] != "type.googleapis.com/google.rpc.RequestInfo" || info["requestId"] != id {
		t.Errorf("details are %v, want a RequestInfo of %s", details, id)
	}
	if a.RequestID != id || headers(a.Response)["X-Request-Id"] != id {
		t.Errorf("the header has the request id %q, want %q", a.RequestID, id)
	}
}

// TestRetryAfter is in whole seconds, rounded up, and left out when there is
// no use in a retry.
func TestRetryAfter(t *testing.T) {
	for after, want := range map[time.Duration]string{
		0: "", -time.Second: "", time.Nanosecond: "1", time.Second: "1", 1001 * time.Millisecond: "2",
		time.Minute: "60",
	} {
		_, a := failing(t, api.Errorf(api.Unavailable, "away").RetryIn(after))
		if got := headers(a.Response)["Retry-After"]; got != want {
			t.Errorf("%v: Retry-After is %q, want %q", after, got, want)
		}
	}
}

// uuid is RFC 9562, version 4.
var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestRequestID: an id that HTTP or a log could not take is made anew.
func TestRequestID(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"", " a", "a\n", "a\r\nSet-Cookie: x", "a\x00", "é", "a\u2028b",
		strings.Repeat("x", 129)} {
		a := w.serve(t, 0, rest.Request{RequestID: id})
		if !uuid.MatchString(a.RequestID) {
			t.Errorf("%q: got %q", id, a.RequestID)
		}
		a.wantDetails(t, a.RequestID)
	}
}

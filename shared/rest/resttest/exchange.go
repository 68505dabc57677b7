package resttest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

const prefix = "/kms/v1/keys/"

// answer is what a request got, with the body read.
type answer struct {
	request string // its method and path, for messages
	status  int
	header  http.Header
	body    string
	fields  map[string]any // of the JSON object; none if it is no such thing
	asked   int            // how often the store was, as far as the target tells
}

// post sends a body, with what is given filled in, to /kms/v1/keys/{action},
// and notes how the answer looks. Headers are name, value, ...
func (s *suite) post(t *testing.T, action, body string, headers ...string) answer {
	t.Helper()
	a := s.send(t, s.Client, http.MethodPost, prefix+action, body, headers...)
	s.note(a)
	return a
}

// send sends a body by any client and method, with what is given filled in.
func (s *suite) send(t *testing.T, c *http.Client, method, path, body string, headers ...string) answer {
	t.Helper()
	a, err := s.do(c, method, s.fill(path), strings.NewReader(s.fill(body)), headers...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// try is post for a goroutine, which must not end the test.
func (s *suite) try(action, body string, headers ...string) (answer, error) {
	a, err := s.do(s.Client, http.MethodPost, prefix+action, strings.NewReader(body), headers...)
	if err == nil {
		s.note(a)
	}
	return a, err
}

// do sends a request and reads the answer.
func (s *suite) do(c *http.Client, method, path string, body io.Reader, headers ...string) (answer, error) {
	s.requests.Add(1)
	a, before := answer{request: method + " " + path}, 0
	if s.Asked != nil {
		before = s.Asked()
	}
	r, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		return a, err
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := c.Do(r)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return a, fmt.Errorf("%s: reading the answer: %w", a.request, err)
	}
	a.status, a.header, a.body = response.StatusCode, response.Header, string(data)
	json.Unmarshal(data, &a.fields) // what is not an object has no fields
	if s.Asked != nil {
		a.asked = s.Asked() - before
	}
	return a, nil
}

// text is a field of the answer; absent is empty.
func (a answer) text(name string) string { v, _ := a.fields[name].(string); return v }

// bytes is a field of base64, of which the padding is judged elsewhere.
func (a answer) bytes(name string) string {
	b, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(a.text(name), "="))
	return string(b)
}

// code is that of an error, or 0.
func (a answer) code() int { n, _ := a.fields["code"].(float64); return int(n) }

// String is the answer without what may be secret in it.
func (a answer) String() string {
	return fmt.Sprintf("%s: got %d %s", a.request, a.status, show(a.body))
}

// show cuts a body short, and leaves out of it what may be a key or a
// plaintext.
func show(body string) string {
	const most = 400 // characters
	body = encoded.ReplaceAllString(body, "(...)")
	if len(body) > most {
		body = body[:most] + "..."
	}
	return strings.TrimSpace(body)
}

// encoded is 16 bytes or more in base64: the smallest data key.
var encoded = regexp.MustCompile(`[A-Za-z0-9+/_-]{22,}=*`)

// wantOK checks for a success.
func (a answer) wantOK(t *testing.T) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Errorf("%v, want 200", a)
	}
}

// wantBytes checks a field of bytes of a success.
func (a answer) wantBytes(t *testing.T, name, want string) {
	t.Helper()
	a.wantOK(t)
	if got := a.bytes(name); got != want {
		t.Errorf("%s: the %s, of %d bytes, is not the one wanted, of %d", a.request, name, len(got), len(want))
	}
}

// wantText checks a field that is an id.
func (a answer) wantText(t *testing.T, name, want string) {
	t.Helper()
	if got := a.text(name); got != want {
		t.Errorf("%s: %s is %q, want %q", a.request, name, got, want)
	}
}

// wantError checks status, code and message. A message that ends with ... is
// how it begins.
func (a answer) wantError(t *testing.T, status, code int, message string) {
	t.Helper()
	got := a.text("message")
	begin, cut := strings.CutSuffix(message, "...")
	if fits := got == message || cut && strings.HasPrefix(got, begin); a.status != status || a.code() != code || !fits {
		t.Errorf("%v\nwant %d, code %d, %q", a, status, code, message)
	}
}

// wantRefused is wantError for what the request itself rules out: no store is
// asked for it.
func (a answer) wantRefused(t *testing.T, status, code int, message string) {
	t.Helper()
	a.wantError(t, status, code, message)
	if a.asked > 0 {
		t.Errorf("%s: the store was asked %d times", a.request, a.asked)
	}
}

// The codes of google.rpc.Code that a caller can provoke.
const (
	invalidArgument  = 3
	notFound         = 5
	permissionDenied = 7
	unimplemented    = 12
	unauthenticated  = 16
)

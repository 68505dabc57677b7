package gateway_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/deploy/local/gateway"
)

// start is when recorded events were made.
var start = time.Date(2026, time.November, 23, 14, 22, 7, 0, time.UTC)

// document is the gateway's document that tests begin with; ISSUER is where
// the issuer of tokens is.
const document = `
openapi: 3.0.3
info: {title: a gateway, version: v1}
x-yc-apigateway: {service_account_id: ajeexample}
paths:
  /kms/v1/keys/e6qexamplekey0000001:encrypt:
    post:
      operationId: encrypt
      security: [{jwt: []}]
      responses: {default: {description: whatever}}
      x-yc-apigateway-integration: {type: cloud_functions, function_id: f, tag: $latest, payload_format_version: "1.0"}
  /open/{whole}:
    parameters: [{name: whole, in: path, required: true, schema: {type: string}}]
    post:
      responses: {default: {description: whatever}}
      x-yc-apigateway-integration: {type: cloud_functions, function_id: f, payload_format_version: "1.0"}
components:
  securitySchemes:
    jwt:
      type: openIdConnect
      openIdConnectUrl: ISSUER/configuration
      x-yc-apigateway-authorizer:
        type: jwt
        jwksUri: ISSUER/keys
        identitySource: {in: header, name: Authorization, prefix: "Bearer "}
        issuers: ["https://idp.example.com"]
        audiences: [rekey]
        requiredClaims: [sub]
`

const (
	closedPath = "/kms/v1/keys/e6qexamplekey0000001:encrypt"
	openPath   = "/open/anything"
)

// changed replaces in text, which must have all that is replaced.
func changed(t testing.TB, text string, oldNew ...string) string {
	t.Helper()
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			t.Fatalf("the document lacks %q", oldNew[i])
		}
		text = strings.ReplaceAll(text, oldNew[i], oldNew[i+1])
	}
	return text
}

// function is a gateway.Function that keeps events and answers what it is told.
type function struct {
	mu     sync.Mutex
	events [][]byte
	answer string
	err    error
	during func(context.Context) // what happens in a call
}

func (f *function) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if f.during != nil {
		f.during(ctx)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = append(f.events, event)
	if f.answer == "" {
		f.answer = `{"statusCode":200,"body":"done"}`
	}
	return []byte(f.answer), f.err
}

func (f *function) calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.events)
}

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a handler with what is around it, on loopback.
type world struct {
	url    string
	f      *function
	clock  *clock
	issuer *issuer
	log    *bytes.Buffer
}

// newWorld serves a gateway of the document.
func newWorld(t testing.TB, document string, change ...func(*gateway.Options)) *world {
	t.Helper()
	w := bare(t)
	o := w.options()
	for _, c := range change {
		c(&o)
	}
	h, err := gateway.New([]byte(strings.ReplaceAll(document, "ISSUER", w.issuer.url)), o)
	if err != nil {
		t.Fatal(err)
	}
	w.serve(t, h)
	return w
}

// bare is a world that serves nothing yet.
func bare(t testing.TB) *world {
	return &world{f: &function{}, clock: &clock{t: start}, issuer: newIssuer(t), log: &bytes.Buffer{}}
}

func (w *world) options() gateway.Options {
	return gateway.Options{
		Functions: map[string]gateway.Function{"f": w.f},
		Log:       slog.New(slog.NewTextHandler(w.log, nil)),
		Now:       w.clock.now,
	}
}

func (w *world) serve(t testing.TB, h http.Handler) {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	w.url = server.URL
}

// client sends what it is told and no header of its own but User-Agent.
var client = &http.Client{Transport: &http.Transport{DisableCompression: true}}

// response is an answer, read.
type response struct {
	*http.Response
	body string
}

// send sends a request with headers, in pairs of name and value. A body that
// is not empty is sent in chunks, without a Content-Length.
func (w *world) send(t testing.TB, method, path, body string, headers ...string) response {
	t.Helper()
	return do(t, w.request(t, method, path, body, headers...))
}

func (w *world) request(t testing.TB, method, path, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, w.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), -1
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func do(t testing.TB, r *http.Request) response {
	t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{answer, string(body)}
}

// want checks a status, and the body unless want is empty.
func (r response) want(t testing.TB, what string, status int, body string) {
	t.Helper()
	if r.StatusCode != status || body != "" && strings.TrimSpace(r.body) != body {
		t.Errorf("%s: got %d %s, want %d %s", what, r.StatusCode, r.body, status, body)
	}
}

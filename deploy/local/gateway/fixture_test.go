package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rekey/deploy/local/gateway"
)

// document is the gateway's document that tests begin with; ISSUER is where
// the issuer of tokens is.
const document = `
openapi: 3.0.3
info: {title: a gateway, version: v1}
paths:
  /kms/v1/keys/a:encrypt:
    post:
      security: [{jwt: []}]
      responses: {default: {description: whatever}}
      x-yc-apigateway-integration: &f {type: cloud_functions, function_id: f, service_account_id: aje, tag: $latest,
        payload_format_version: "1.0"}
  /kms/v1/keys/{whole}:
    parameters: [{name: whole, in: path, required: true, schema: {type: string}}]
    post:
      responses: {default: {description: whatever}}
      x-yc-apigateway-integration: *f
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
        requiredClaims: [exp, sub]
`

const (
	closedPath = "/kms/v1/keys/a:encrypt"
	openPath   = "/kms/v1/keys/anything"
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

type object = map[string]any

// world is a handler on loopback, its function, which keeps events and answers
// what it is told, and what is around them. A test sends one request after the
// other.
type world struct {
	url    string
	issuer *issuer
	log    bytes.Buffer

	events [][]byte
	answer string
	err    error
}

func (w *world) Invoke(_ context.Context, event []byte) ([]byte, error) {
	w.events = append(w.events, event)
	return []byte(w.answer), w.err
}

func serve(t testing.TB, handler func(*world) http.Handler) *world {
	t.Helper()
	w := &world{issuer: newIssuer(t), answer: `{"statusCode":200,"body":"done"}`}
	server := httptest.NewServer(handler(w))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w *world) options() gateway.Options {
	return gateway.Options{Functions: map[string]gateway.Function{"f": w},
		Log: slog.New(slog.NewTextHandler(&w.log, nil))}
}

// newGateway serves a gateway of the document.
func newGateway(t testing.TB, document string) *world {
	t.Helper()
	return serve(t, func(w *world) http.Handler {
		h, err := gateway.New([]byte(strings.ReplaceAll(document, "ISSUER", w.issuer.server.URL)), w.options())
		if err != nil {
			t.Fatal(err)
		}
		return h
	})
}

const invoker = "Bearer t1.invoker"

// newDirect serves direct calls of the function f.
func newDirect(t testing.TB) *world {
	t.Helper()
	return serve(t, func(w *world) http.Handler { return gateway.Direct(w.options(), "t1.invoker") })
}

// event is what the function was called with last.
func (w *world) event(t testing.TB) (e object) {
	t.Helper()
	if len(w.events) == 0 {
		t.Fatal("the function was not called")
	}
	if err := json.Unmarshal(w.events[len(w.events)-1], &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// client sends what it is told and no other header than User-Agent.
var client = &http.Client{Transport: &http.Transport{DisableCompression: true}}

// response is an answer, read.
type response struct {
	*http.Response
	body string
}

// send sends a request with headers, in pairs of name and value.
func (w *world) send(t testing.TB, method, path, body string, headers ...string) response {
	t.Helper()
	return do(t, w.request(t, method, path, body, headers...))
}

func (w *world) request(t testing.TB, method, path, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
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
		t.Errorf("%s: got %d %.200s, want %d %.200s", what, r.StatusCode, r.body, status, body)
	}
}

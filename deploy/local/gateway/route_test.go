package gateway_test

import (
	"encoding/json"
	"maps"
	"testing"
)

// event is what the function was called with last.
func (w *world) event(t testing.TB) map[string]any {
	t.Helper()
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	if len(w.f.events) == 0 {
		t.Fatal("the function was not called")
	}
	var e map[string]any
	if err := json.Unmarshal(w.f.events[len(w.f.events)-1], &e); err != nil {
		t.Fatal(err)
	}
	return e
}

const routes = `
openapi: 3.0.3
info: {title: a gateway, version: v1}
x-yc-apigateway: {service_account_id: ajeexample}
paths:
  /kms/v1/keys/a:encrypt:
    post: &do
      responses: {default: {description: whatever}}
      x-yc-apigateway-integration: {type: cloud_functions, function_id: f, payload_format_version: "1.0"}
  /kms/v1/keys/{keyAndAction}:
    parameters: [{name: keyAndAction, in: path, required: true, schema: {type: string}}]
    post: *do
  /v/{a}/w/{b}:
    parameters:
      - {name: a, in: path, required: true, schema: {type: string}}
      - {name: b, in: path, required: true, schema: {type: string}}
    post: *do
`

// TestRoute: a path in any spelling finds its route and is handed on as it
// was sent; parameters are decoded.
func TestRoute(t *testing.T) {
	w := newWorld(t, routes)
	for path, want := range map[string]struct {
		resource   string
		parameters map[string]any
	}{
		"/kms/v1/keys/a:encrypt":     {"/kms/v1/keys/a:encrypt", nil},
		"/kms/v1/keys/a%3Aencrypt":   {"/kms/v1/keys/a:encrypt", nil},
		"/kms/v1/keys/a%3aencrypt":   {"/kms/v1/keys/a:encrypt", nil},
		"/kms/v1/%6beys/%61:encrypt": {"/kms/v1/keys/a:encrypt", nil},
		"/kms/v1/keys/A:encrypt":     {"/kms/v1/keys/{keyAndAction}", map[string]any{"keyAndAction": "A:encrypt"}},
		"/kms/v1/keys/a:encrypt%20":  {"/kms/v1/keys/{keyAndAction}", map[string]any{"keyAndAction": "a:encrypt "}},
		"/kms/v1/keys/b%3Adecrypt":   {"/kms/v1/keys/{keyAndAction}", map[string]any{"keyAndAction": "b:decrypt"}},
		"/kms/v1/keys/a%2Fb:decrypt": {"/kms/v1/keys/{keyAndAction}",
			map[string]any{"keyAndAction": "a/b:decrypt"}},
		"/kms/v1/keys/a%252F%3Fb":        {"/kms/v1/keys/{keyAndAction}", map[string]any{"keyAndAction": "a%2F?b"}},
		"/kms/v1/keys/..":                {"/kms/v1/keys/{keyAndAction}", map[string]any{"keyAndAction": ".."}},
		"/v/1/w/2%3A":                    {"/v/{a}/w/{b}", map[string]any{"a": "1", "b": "2:"}},
		"/kms/v1/keys/%D0%BA%D0%BB:x":    {"/kms/v1/keys/{keyAndAction}", map[string]any{"keyAndAction": "кл:x"}},
		"/kms/v1/keys/a:encrypt?b=/c&d#": {"/kms/v1/keys/a:encrypt", nil},
	} {
		w.send(t, "POST", path, "").want(t, path, 200, "done")
		e := w.event(t)
		sent := w.request(t, "POST", path, "").URL.EscapedPath()
		if e["path"] != sent || e["resource"] != want.resource ||
			!maps.Equal(e["pathParameters"].(map[string]any), want.parameters) {
			t.Errorf("%s: got the path %v, the resource %v and %v", path, e["path"], e["resource"], e["pathParameters"])
		}
	}
}

// TestNoRoute: what the document does not have reaches no function.
func TestNoRoute(t *testing.T) {
	w := newWorld(t, routes)
	for _, path := range []string{"", "/", "/kms/v1/keys/", "/kms/v1/keys", "/kms/v1/keys/a:encrypt/",
		"//kms/v1/keys/a:encrypt",
		"/kms/v1//keys/a:encrypt", "/kms/v1/keys/../keys/a:encrypt", "/kms/v1/keys%2Fa:encrypt",
		"/kms%2Fv1/keys/a:encrypt", "/v/1/w", "/v//w/2", "/x"} {
		w.send(t, "POST", path, "").want(t, path, 404, `{"message":"Not Found"}`)
	}
	for _, method := range []string{"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "post"} {
		r := w.send(t, method, "/kms/v1/keys/a:encrypt", "")
		r.want(t, method, 405, `{"message":"Method Not Allowed"}`)
		if r.Header.Get("X-Request-Id") == "" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: headers are %v", method, r.Header)
		}
	}
	if n := w.f.calls(); n > 0 {
		t.Errorf("the function was called %d times", n)
	}
}

package gateway

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestDocument: what the platform refuses, and what would be served in another
// way here than there, is refused when it is deployed.
func TestDocument(t *testing.T) {
	integrate := func(name string, v any) func(object) {
		return func(doc object) { operation(doc)["x-yc-apigateway-integration"].(object)[name] = v }
	}
	scheme := func(doc object) object {
		return doc["components"].(object)["securitySchemes"].(object)["jwt"].(object)
	}
	for name, row := range map[string]struct {
		change func(object)
		want   string
	}{
		"parameter within a segment": {func(d object) {
			d["paths"] = object{"/kms/v1/keys/{keyId}:encrypt": object{"post": merged(operation(d), "parameters", []any{object{"name": "keyId", "in": "path", "required": true, "schema": object{"type": "string"}}})}}
		}, "a parameter must be a whole segment"},
		"public":            {func(d object) { delete(operation(d), "security") }, "without it the operation is public"},
		"public by choice":  {func(d object) { operation(d)["security"] = []any{object{}, object{"jwt": []any{}}} }, "without it the operation is public"},
		"unknown scheme":    {func(d object) { delete(d["components"].(object)["securitySchemes"].(object), "jwt") }, "security"},
		"no authorizer":     {func(d object) { delete(scheme(d), "x-yc-apigateway-authorizer") }, `of type ""`},
		"other authorizer":  {func(d object) { scheme(d)["x-yc-apigateway-authorizer"].(object)["type"] = "function" }, `of type "function"`},
		"misspelt":          {func(d object) { scheme(d)["x-yc-apigateway-authorizer"].(object)["audience"] = "x" }, "audience"},
		"no function":       {integrate("function_id", "g"), `there is no function "g"`},
		"other integration": {integrate("type", "http"), `its type is "http"`},
		"public function":   {integrate("service_account_id", ""), "would have to be public"},
		"other format":      {integrate("payload_format_version", "2.0"), "want 0.1 or 1.0"},
		"other tag":         {integrate("tag", "old"), "no version with the tag"},
		"no integration":    {func(d object) { delete(operation(d), "x-yc-apigateway-integration") }, `its type is ""`},
		"limit of nothing":  {func(d object) { d["x-yc-apigateway"] = object{"rateLimit": object{}} }, "a rate limit wants allRequests"},
		"no OpenAPI":        {func(d object) { delete(d, "info") }, "info"},
		"unknown option":    {func(d object) { d["x-yc-apigateway"] = object{"rateLimits": object{}} }, "rateLimits"},
		"token in the query": {func(d object) {
			scheme(d)["x-yc-apigateway-authorizer"].(object)["identitySource"].(object)["in"] = "query"
		}, "must be in a header"},
	} {
		doc := document("http://127.0.0.1:1", literal)
		row.change(doc)
		if _, err := New(mustJSON(t, doc), Options{Functions: map[string]Function{"f": &function{}}}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error is %v, want %q", name, err, row.want)
		}
	}
}

func merged(o object, name string, v any) object {
	o[name] = v
	return o
}

// TestRoutes: what the document has is served, and the function gets the path
// as it was sent.
func TestRoutes(t *testing.T) {
	w := newWorld(t, literal, nil)
	for path, status := range map[string]int{
		literal: 200, "/kms/v1/keys/e6q1%3Aencrypt": 200, literal + "?x=1": 200,
		"/kms/v1/keys/e6q2:encrypt": 404, "/kms/v1/keys/e6q1:decrypt": 404, literal + "/": 404, "/": 404, "/kms/v1/keys//e6q1:encrypt": 404, "/x" + literal: 404,
	} {
		if got := w.post(t, path, "{}"); got.status != status {
			t.Errorf("%s: %d %s, want %d", path, got.status, got.body, status)
		}
		if want, _, _ := strings.Cut(path, "?"); status == 200 && w.last(t)["path"] != want {
			t.Errorf("%s: the event has the path %v", path, w.last(t)["path"])
		}
	}
	if got := w.send(t, http.MethodGet, literal, ""); got.status != 404 {
		t.Errorf("GET: %d", got.status)
	}
	w = newWorld(t, "/kms/v1/keys/{keyAndAction}", func(d object) {
		operation(d)["parameters"] = []any{object{"name": "keyAndAction", "in": "path", "required": true, "schema": object{"type": "string"}}}
	})
	w.post(t, "/kms/v1/keys/e6q1%3Aencrypt", "{}")
	e := w.last(t)
	if e["path"] != "/kms/v1/keys/e6q1%3Aencrypt" || e["resource"] != "/kms/v1/keys/{keyAndAction}" || e["pathParameters"].(object)["keyAndAction"] != "e6q1:encrypt" {
		t.Errorf("the event is %v", e)
	}
}

// TestAuthorizer: whoever has no good token never reaches the function.
func TestAuthorizer(t *testing.T) {
	w := newWorld(t, literal, nil)
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(mustJSON(t, w.claims(nil))) + "."
	for name, row := range map[string]struct {
		header string
		status int
	}{
		"good":             {"Bearer " + w.token(t, w.private, w.claims(nil)), 200},
		"several":          {"Bearer " + w.token(t, w.private, w.claims(object{"aud": []string{"other", "rekey"}})), 200},
		"none":             {"", 401},
		"no prefix":        {w.token(t, w.private, w.claims(nil)), 401},
		"no token":         {"Bearer ", 401},
		"no JWT":           {"Bearer x.y.z", 401},
		"unsigned":         {"Bearer " + none, 401},
		"another's":        {"Bearer " + w.token(t, mustKey(t), w.claims(nil)), 401},
		"over":             {"Bearer " + w.token(t, w.private, w.claims(object{"exp": 1})), 401},
		"for ever":         {"Bearer " + w.token(t, w.private, w.claims(object{"exp": nil})), 401},
		"another issuer":   {"Bearer " + w.token(t, w.private, w.claims(object{"iss": "https://evil"})), 403},
		"another audience": {"Bearer " + w.token(t, w.private, w.claims(object{"aud": "other"})), 403},
		"nobody's":         {"Bearer " + w.token(t, w.private, w.claims(object{"sub": nil})), 403},
	} {
		before := len(w.events)
		if got := w.send(t, http.MethodPost, literal, "{}", "Authorization", row.header); got.status != row.status {
			t.Errorf("%s: %d %s, want %d", name, got.status, got.body, row.status)
		}
		if called := len(w.events) > before; called != (row.status == 200) {
			t.Errorf("%s: the function was called: %v", name, called)
		}
	}
	w.post(t, literal, "{}")
	who := w.last(t)["requestContext"].(object)["authorizer"].(object)["jwt"].(object)
	if who["claims"].(object)["sub"] != "me" || !reflect.DeepEqual(who["scopes"], []any{"kms", "other"}) {
		t.Errorf("the caller is %v", who)
	}
}

// TestRotatedKeys: a key that the issuer has changed is asked for.
func TestRotatedKeys(t *testing.T) {
	w := newWorld(t, literal, nil)
	w.post(t, literal, "{}")
	old := w.token(t, w.private, w.claims(nil))
	w.private = mustKey(t)
	if got := w.post(t, literal, "{}"); got.status != 200 {
		t.Errorf("with the new key: %d", got.status)
	}
	if got := w.send(t, http.MethodPost, literal, "{}", "Authorization", "Bearer "+old); got.status != 401 {
		t.Errorf("with the old key: %d", got.status)
	}
}

// TestRateLimit: what is above it never reaches the function.
func TestRateLimit(t *testing.T) {
	one := object{"allRequests": object{"rpm": 1}}
	for name, change := range map[string]func(object){
		"gateway":   func(d object) { d["x-yc-apigateway"] = object{"rateLimit": one} },
		"operation": func(d object) { operation(d)["x-yc-apigateway-rate-limit"] = one },
	} {
		w := newWorld(t, literal, change)
		first, second := w.post(t, literal, "{}"), w.post(t, literal, "{}")
		if first.status != 200 || second.status != 429 || len(w.events) != 1 {
			t.Errorf("%s: %d, then %d; %d calls", name, first.status, second.status, len(w.events))
		}
	}
}

// TestEvents: every event has the members, and their types, of the recorded
// ones.
func TestEvents(t *testing.T) {
	path := "/kms/v1/keys/{keyAndAction}"
	declare := func(d object) {
		operation(d)["parameters"] = []any{object{"name": "keyAndAction", "in": "path", "required": true, "schema": object{"type": "string"}}}
	}
	for file, format := range map[string]string{"yandex-gateway-1.0-action-encrypt.json": "1.0", "yandex-gateway-0.1-action-encrypt.json": "0.1"} {
		w := newWorld(t, path, func(d object) {
			declare(d)
			operation(d)["x-yc-apigateway-integration"].(object)["payload_format_version"] = format
		})
		w.post(t, "/kms/v1/keys/e6q1:encrypt", "{}", "Content-Type", "application/json")
		sameShape(t, file, w.last(t))
	}
	f := &function{answer: fine}
	s := httptest.NewServer(Direct(f, DirectOptions{Invoker: func(token string) bool { return token == "good" }}))
	t.Cleanup(s.Close)
	w := &world{function: f, url: s.URL}
	w.send(t, http.MethodPost, "/d4e?keyId=e6q1", "{}", "Authorization", "Bearer good")
	sameShape(t, "yandex-direct-encrypt.json", w.last(t))
}

// sameShape compares members and types with a recorded event. Who is calling,
// and what was called with, differ.
func sameShape(t *testing.T, file string, got map[string]any) {
	t.Helper()
	data, err := os.ReadFile("../../testdata/events/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	differ(t, file, want, got, "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "authorizer", "operationContext")
}

func differ(t *testing.T, at string, want, got map[string]any, open ...string) {
	t.Helper()
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s: there is no %s", at, name)
		}
	}
	for name, v := range got {
		w, ok := want[name]
		if !ok || reflect.TypeOf(w) != reflect.TypeOf(v) {
			t.Errorf("%s: %s is a %T, want %T", at, name, v, w)
			continue
		}
		if inner, ok := v.(map[string]any); ok && !slices.Contains(open, name) {
			differ(t, at+": "+name, w.(map[string]any), inner, open...)
		}
	}
}

// TestWithheld: what the platforms keep from functions, and what they make of a
// body.
func TestWithheld(t *testing.T) {
	w := newWorld(t, literal, nil)
	for contentType, encoded := range map[string]bool{"application/json": false, "application/json; charset=utf-8": false, "": true, "text/plain": true, "application/x-www-form-urlencoded": true} {
		w.post(t, literal, `{"a":1}`, "Cookie", "a=b", "Content-Type", contentType, "X-Request-Id", "mine", "X-Other", "kept")
		e := w.last(t)
		headers := e["headers"].(object)
		if headers["Authorization"] != nil || headers["Cookie"] != nil || headers["X-Other"] != "kept" || headers["X-Request-Id"] == "mine" || headers["X-Request-Id"] != e["requestContext"].(object)["requestId"] {
			t.Errorf("headers are %v", headers)
		}
		want := `{"a":1}`
		if encoded {
			want = base64.StdEncoding.EncodeToString([]byte(want))
		}
		if e["isBase64Encoded"] != encoded || e["body"] != want {
			t.Errorf("%q: the body is %v, base64: %v", contentType, e["body"], e["isBase64Encoded"])
		}
	}
	if got := w.post(t, literal, strings.Repeat(" ", maxRequest+1)); got.status != 413 {
		t.Errorf("a body that is too large: %d", got.status)
	}
}

// TestAnswers: what a function gives back is HTTP's, or it has failed.
func TestAnswers(t *testing.T) {
	for name, row := range map[string]struct {
		answer string
		err    error
		status int
		body   string
	}{
		"as it is":        {`{"statusCode":404,"headers":{"A":"b"},"body":"{\"x\":1}"}`, nil, 404, `{"x":1}`},
		"base64":          {`{"statusCode":200,"body":"eA==","isBase64Encoded":true}`, nil, 200, "x"},
		"no base64":       {`{"statusCode":200,"body":"?","isBase64Encoded":true}`, nil, 502, ""},
		"no status":       {`{"body":"x"}`, nil, 502, ""},
		"no object":       {`7`, nil, 502, ""},
		"nothing":         {``, nil, 502, ""},
		"failed":          {``, errors.New("SECRET"), 502, ""},
		"took too long":   {``, context.DeadlineExceeded, 504, ""},
		"larger than can": {`{"statusCode":200,"body":"` + strings.Repeat("x", maxResponse+1) + `"}`, nil, 502, ""},
	} {
		w := newWorld(t, literal, nil)
		w.answer, w.err = row.answer, row.err
		got := w.post(t, literal, "{}")
		if got.status != row.status || row.body != "" && got.body != row.body || strings.Contains(got.body, "SECRET") {
			t.Errorf("%s: %d %.100s, want %d %s", name, got.status, got.body, row.status, row.body)
		}
	}
}

// TestDirect: IAM decides, and integration=raw passes bodies through.
func TestDirect(t *testing.T) {
	f := &function{answer: fine}
	s := httptest.NewServer(Direct(f, DirectOptions{Invoker: func(token string) bool { return token == "good" }}))
	t.Cleanup(s.Close)
	w := &world{function: f, url: s.URL}
	for header, status := range map[string]int{"": 401, "Basic x": 401, "Bearer bad": 403, "Bearer good": 200} {
		if got := w.send(t, http.MethodPost, "/", "{}", "Authorization", header); got.status != status {
			t.Errorf("%q: %d, want %d", header, got.status, status)
		}
	}
	f.answer = `{"keyId":"k"}`
	got := w.send(t, http.MethodPost, "/?integration=raw", `{"a":1}`, "Authorization", "Bearer good")
	if got.status != 200 || got.body != f.answer || string(f.raw[len(f.raw)-1]) != `{"a":1}` {
		t.Errorf("raw: %d %s of %s", got.status, got.body, f.raw[len(f.raw)-1])
	}
	f.err = errors.New("SECRET")
	if got := w.send(t, http.MethodPost, "/?integration=raw", "{}", "Authorization", "Bearer good"); got.status != 502 || strings.Contains(got.body, "SECRET") {
		t.Errorf("a function that fails: %d %s", got.status, got.body)
	}
}

package gateway_test

import (
	"maps"
	"strings"
	"testing"

	"rekey/deploy/local/gateway"
)

// TestRefused: a document that the real gateway refuses, or that says what is
// not done here, is refused with a reason that says where.
func TestRefused(t *testing.T) {
	const (
		anybody = "  /kms/v1/keys/{whole}:\n"
		source  = `{in: header, name: Authorization, prefix: "Bearer "}`
	)
	for name, row := range map[string]struct{ old, new, want string }{
		"no OpenAPI":            {"openapi: 3.0.3", "swagger: '2.0'", "not valid OpenAPI"},
		"an action after a key": {anybody, "  '/kms/v1/keys/{whole}:encrypt':\n", "only as a whole segment"},
		"a greedy parameter":    {"whole", "whole+", "only as a whole segment"},
		"another integration":   {"cloud_functions", "dummy", `POST: its integration has the type "dummy"`},
		"an unknown function":   {"function_id: f", "function_id: g", `no function "g"`},
		"no service account":    {"service_account_id: aje, ", "", "no service_account_id"},
		"another tag":           {"$latest", "stable", `tag "stable"`},
		"another format":        {`"1.0"`, `"2.0"`, `payload_format_version "2.0"`},
		"a context":             {"function_id: f,", "context: {a: b}, function_id: f,", `unknown field "context"`},
		"an optional scheme":    {"[{jwt: []}]", "[{jwt: []}, {}]", "not one scheme"},
		"a scope":               {"[{jwt: []}]", "[{jwt: [read]}]", "not one scheme"},
		"no authorizer":         {"x-yc-apigateway-authorizer", "x-authorizer", `the type ""`},
		"another authorizer":    {"type: jwt", "type: function", `the type "function"`},
		"keys from nowhere":     {"        jwksUri: ISSUER/keys\n", "", "no jwksUri"},
		"a token in the query":  {source, "{in: query, name: token}", "identitySource"},
		"a misspelt claim list": {"requiredClaims", "requiredClaim", `unknown field "requiredClaim"`},
		"CORS": {"paths:\n", "x-yc-apigateway: {cors: {origin: '*'}}\npaths:\n",
			`unknown field "cors"`},
		"a misspelt limit": {"paths:\n", "x-yc-apigateway: {rateLimit: {allRequests: {rpd: 1}}}\npaths:\n",
			`unknown field "rpd"`},
		"a mapping of the status": {"{description: whatever}", "{description: whatever, x-yc-status-mapping: 200}",
			"x-yc-status-mapping"},
		"too long": {"a gateway", strings.Repeat("a", 7<<19), "bytes"},
	} {
		text := changed(t, document, row.old, row.new)
		_, err := gateway.New([]byte(text), (&world{}).options())
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got the error %v, want one with %q", name, err, row.want)
		}
	}
}

// TestSecurity: the document's own security holds for operations that have
// none; an empty one is nobody's.
func TestSecurity(t *testing.T) {
	inherited := changed(t, document, "components:", "security: [{jwt: []}]\ncomponents:")
	newGateway(t, inherited).send(t, "POST", openPath, "").want(t, "inherited", 401, "")
	empty := changed(t, inherited, "      security: [{jwt: []}]\n", "      security: []\n")
	newGateway(t, empty).send(t, "POST", closedPath, "").want(t, "empty", 200, "done")
}

// TestRoute: a path in any spelling finds its route and is handed on as it
// was sent; parameters are decoded.
func TestRoute(t *testing.T) {
	const literal, parameter = closedPath, "/kms/v1/keys/{whole}"
	w := newGateway(t, changed(t, document, "      security: [{jwt: []}]\n", ""))
	for path, want := range map[string]struct {
		resource   string
		parameters object
	}{
		"/kms/v1/keys/a:encrypt":     {literal, nil},
		"/kms/v1/keys/a%3aencrypt":   {literal, nil},
		"/kms/v1/%6beys/%61:encrypt": {literal, nil},
		"/kms/v1/keys/a:encrypt?b=c": {literal, nil},
		"/kms/v1/keys/A:encrypt":     {parameter, object{"whole": "A:encrypt"}},
		"/kms/v1/keys/b%3Adecrypt":   {parameter, object{"whole": "b:decrypt"}},
		"/kms/v1/keys/a%2Fb:decrypt": {parameter, object{"whole": "a/b:decrypt"}},
		"/kms/v1/keys/a%252F%3Fb":    {parameter, object{"whole": "a%2F?b"}},
		"/kms/v1/keys/%D0%BA:x":      {parameter, object{"whole": "к:x"}},
	} {
		w.send(t, "POST", path, "").want(t, path, 200, "done")
		sent, _, _ := strings.Cut(path, "?")
		if e := w.event(t); e["path"] != sent || e["resource"] != want.resource ||
			!maps.Equal(e["pathParameters"].(object), want.parameters) {
			t.Errorf("%s: got the path %v, the resource %v and %v", path, e["path"], e["resource"], e["pathParameters"])
		}
	}
	calls := len(w.events)
	for _, path := range []string{"/", "/kms/v1/keys/", "/kms/v1/keys/a:encrypt/", "//kms/v1/keys/a:encrypt",
		"/kms/v1/keys/../keys/a:encrypt", "/kms/v1/keys%2Fa:encrypt", "/x/kms/v1/keys/a:encrypt"} {
		w.send(t, "POST", path, "").want(t, path, 404, `{"message":"Not Found"}`)
	}
	r := w.send(t, "GET", closedPath, "")
	r.want(t, "GET", 405, `{"message":"Method Not Allowed"}`)
	if r.Header.Get("X-Request-Id") == "" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers are %v", r.Header)
	}
	if n := len(w.events) - calls; n > 0 {
		t.Errorf("the function was called %d times", n)
	}
}

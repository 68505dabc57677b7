package gateway_test

import (
	"strings"
	"testing"

	"rekey/deploy/local/gateway"
)

// TestRefused: a document that the real gateway refuses, or that says what is
// not done here, is refused with a reason that says where.
func TestRefused(t *testing.T) {
	const (
		integration = `{type: cloud_functions, function_id: f, payload_format_version: "1.0"}`
		anybody     = "  /open/{whole}:\n"
		top         = "x-yc-apigateway: {service_account_id: ajeexample}"
		source      = `{in: header, name: Authorization, prefix: "Bearer "}`
	)
	for name, row := range map[string]struct{ old, new, want string }{
		"no JSON and no YAML": {"openapi: 3.0.3", "{", "reading the document"},
		"no OpenAPI":          {"openapi: 3.0.3", "swagger: '2.0'", "not valid OpenAPI"},
		"a parameter undeclared": {"    parameters: [{name: whole, in: path, required: true, schema: {type: " +
			"string}}]\n", "", "not valid OpenAPI"},
		"an action after a key": {anybody, "  '/open/{whole}:encrypt':\n",
			"/open/{whole}:encrypt: {whole}:encrypt has a parameter as a part of a segment"},
		"a prefix before a key":  {anybody, "  '/open/k{whole}':\n", "as a part of a segment"},
		"a greedy parameter":     {"whole", "whole+", "greedy"},
		"another integration":    {integration, "{type: dummy}", `POST: its integration has the type "dummy"`},
		"an unknown integration": {integration, "{type: cloud-functions}", `"cloud-functions"`},
		"no integration": {"      x-yc-apigateway-integration: " + integration, "",
			"no x-yc-apigateway-integration"},
		"no type":             {integration, "{function_id: f}", "with a type"},
		"an unknown function": {integration, "{type: cloud_functions, function_id: g}", `no function "g"`},
		"no function":         {integration, "{type: cloud_functions}", `no function ""`},
		"no service account":  {top, "", "no service_account_id"},
		"another tag":         {"$latest", "stable", `tag "stable"`},
		"another format":      {`"1.0"`, `"2.0"`, `payload_format_version "2.0"`},
		"a context": {"function_id: f, tag", "context: {a: b}, function_id: f, tag",
			`unknown field "context"`},
		"security without scheme": {"[{jwt: []}]", "[{other: []}]", `security names "other"`},
		"no authorizer":           {"x-yc-apigateway-authorizer", "x-authorizer", `security names "jwt"`},
		"one of two schemes":      {"[{jwt: []}]", "[{jwt: []}, {}]", "not one scheme"},
		"two schemes":             {"[{jwt: []}]", "[{jwt: [], other: []}]", "not one scheme"},
		"another authorizer":      {"type: jwt", "type: function", `type "function"`},
		"another scheme": {"type: openIdConnect\n      openIdConnectUrl: ISSUER/configuration",
			"type: http\n      scheme: bearer", "openIdConnect"},
		"keys from nowhere":          {"jwksUri: ISSUER/keys", "jwksUri: keys.json", "no http(s) URL"},
		"no place of the token":      {"identitySource: " + source, "", "identitySource"},
		"another place of the token": {source, "{in: body, name: token}", "identitySource"},
		"the token has no name":      {source, "{in: header}", "identitySource"},
		"a negative time":            {"requiredClaims: [sub]", "jwkTtlInSeconds: -1", "negative"},
		"a mode without a time": {"requiredClaims: [sub]", "authorizer_result_caching_mode: uri",
			"needs authorizer_result_ttl_in_seconds"},
		"another mode": {"requiredClaims: [sub]", "authorizer_result_caching_mode: all\n        " +
			"authorizer_result_ttl_in_seconds: 1", "is path or uri"},
		"a misspelt claim list": {"requiredClaims", "requiredClaim", `unknown field "requiredClaim"`},
		"CORS": {top, "x-yc-apigateway: {service_account_id: a, cors: {origin: '*'}}",
			`unknown field "cors"`},
		"any method": {"    post:\n      responses", "    x-yc-apigateway-any-method:\n      responses",
			"x-yc-apigateway-any-method"},
		"a mapping of the status": {"{description: whatever}", "{description: whatever, x-yc-status-mapping: 200}",
			"x-yc-status-mapping"},
		"both limits": {top, top[:len(top)-1] + ", rateLimit: {allRequests: {rps: 1, rpm: 1}}}",
			"either rps or rpm"},
		"no limit in a limit": {top, top[:len(top)-1] + ", rateLimit: {allRequests: {}}}", "either rps or rpm"},
		"a limit from nowhere": {anybody, anybody + "    x-yc-apigateway-rate-limit: {$ref: " +
			"'#/components/x-yc-apigateway-rate-limits/none'}\n", "not in components"},
		"a limit of something else": {anybody, anybody + "    x-yc-apigateway-rate-limit: {perKey: {rps: 1}}\n",
			`unknown field "perKey"`},
		"too long": {"a gateway", strings.Repeat("a", 7<<19), "bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			w := bare(t)
			text := changed(t, document, row.old, row.new)
			_, err := gateway.New([]byte(strings.ReplaceAll(text, "ISSUER", w.issuer.url)), w.options())
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got the error %v, want one with %q", err, row.want)
			}
		})
	}
}

// TestTaken: what may be said in another way.
func TestTaken(t *testing.T) {
	for name, oldNew := range map[string][]string{
		"as it is": {"openapi", "openapi"},
		"an account of its own": {"x-yc-apigateway: {service_account_id: ajeexample}\n", "", "function_id: f,",
			"function_id: f, service_account_id: ajeexample,"},
		"extensions of other users": {"openapi:", "x-rekey: 1\nopenapi:"},
		"keys by configuration":     {"        jwksUri: ISSUER/keys\n", ""},
	} {
		w := newWorld(t, changed(t, document, oldNew...))
		w.send(t, "POST", openPath, "{}").want(t, name, 200, "done")
		w.call(t, w.issuer.token(t, "first", nil)).want(t, name, 200, "done")
	}
}

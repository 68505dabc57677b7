package deploy_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// literal makes a gateway's document of the reference: each path once for
// every key.
func literal(t *testing.T, keys ...string) []byte {
	t.Helper()
	doc := mustMap(t, mustJSON(t))
	drop(doc)
	delete(doc, "servers")
	paths := map[string]any{}
	for path, item := range doc["paths"].(map[string]any) {
		for _, key := range keys {
			paths[strings.ReplaceAll(path, "{keyId}", key)] = map[string]any{"post": integrate(item, key)}
		}
	}
	doc["paths"] = paths
	doc["components"].(map[string]any)["securitySchemes"] = map[string]any{"jwt": authorizer}
	return []byte(mustMarshal(t, doc))
}

// integrate makes the operation of a path one of a key, that a function serves.
func integrate(item any, key string) map[string]any {
	o := maps.Clone(item.(map[string]any)["post"].(map[string]any))
	o["operationId"] = fmt.Sprintf("%s-%s", o["operationId"], key)
	o["x-yc-apigateway-integration"] = map[string]any{
		"type": "cloud_functions", "function_id": "d4e00000000000000000", "tag": "$latest",
		"service_account_id": "aje00000000000000000", "payload_format_version": "1.0",
	}
	drop(o)
	return o
}

var authorizer = map[string]any{
	"type": "openIdConnect", "openIdConnectUrl": "https://issuer.example/.well-known/openid-configuration",
	"x-yc-apigateway-authorizer": map[string]any{
		"type": "jwt", "jwksUri": "https://issuer.example/jwks", "issuers": []string{"https://issuer.example"}, "audiences": []string{"rekey"},
		"identitySource": map[string]any{"in": "header", "name": "Authorization", "prefix": "Bearer "},
	},
}

// TestLiteralPaths: a document for one path a key and operation is valid and
// routes each.
func TestLiteralPaths(t *testing.T) {
	doc := mustLoad(t, literal(t, "e6q00000000000000001", "e6q.2_x-Y"))
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	if n := doc.Paths.Len(); n != 8 {
		t.Errorf("it has %d paths, want 8", n)
	}
	for path := range doc.Paths.Map() {
		r, err := http.NewRequest(http.MethodPost, "http://gateway.example"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if route, _, err := router.FindRoute(r); err != nil || route.Path != path {
			t.Errorf("%s goes to %v, %v", path, route, err)
		}
	}
}

// TestLiteralSize: a hundred keys leave most of the room that a gateway has.
func TestLiteralSize(t *testing.T) {
	const (
		most = 3_500_000 // bytes of a specification: API Gateway, "Quotas and limits"
		keys = 100
	)
	ids := make([]string, keys)
	for i := range ids {
		ids[i] = fmt.Sprintf("e6q%017d", i)
	}
	one, all := len(literal(t, ids[0])), len(literal(t, ids...))
	t.Logf("%d bytes for one key, %d for each further, %d for %d", one, (all-one)/(keys-1), all, keys)
	if all > most/4 {
		t.Errorf("%d keys take %d bytes, want at most a quarter of %d", keys, all, most)
	}
}

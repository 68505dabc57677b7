package deploy_test

import (
	"reflect"
	"testing"
)

// TestAuthorizer: the gateway takes tokens of the issuer that was named, for
// the audiences that were named, which end and have a name for the caller.
// What is missing here would let tokens of other services in.
func TestAuthorizer(t *testing.T) {
	want := mustMap(t, []byte(`{"jwt": {
		"type": "openIdConnect",
		"openIdConnectUrl": "https://issuer.example/.well-known/openid-configuration",
		"x-yc-apigateway-authorizer": {
			"type": "jwt",
			"issuers": ["https://issuer.example/"],
			"audiences": ["backup", "rekey"],
			"requiredClaims": ["exp", "sub"],
			"jwksUri": "https://issuer.example/keys",
			"jwkTtlInSeconds": 300,
			"identitySource": {"in": "header", "name": "Authorization", "prefix": "Bearer "}
		}
	}}`))
	for _, name := range []string{"audiences", "audiences parameter"} {
		got := gatewayDocument(t, name)["components"].(map[string]any)["securitySchemes"]
		if !reflect.DeepEqual(got, any(want)) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

package deploy_test

import (
	"encoding/json"
	"reflect"
	"testing"
)

// TestAuthorizer: the gateway takes tokens of the issuer that was named, for
// the audiences that were named, which end and have a name for the caller.
// What is missing here would let tokens of other services in.
func TestAuthorizer(t *testing.T) {
	jwt := vars{"issuer": "https://issuer.example/", "audiences": []string{"rekey", "backup"},
		"jwks_uri": "https://issuer.example/keys"}
	for name, more := range map[string]vars{"literal": {"jwt": jwt}, "parameter": {"jwt": jwt, "routes": "parameter"}} {
		doc := gatewayDocument(t, mustEvaluate(t, jwtVars(more)))
		got := doc["components"].(map[string]any)["securitySchemes"]
		var want any
		if err := json.Unmarshal([]byte(`{"jwt": {
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
		}}`), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/getkin/kin-openapi/openapi3"
)

// jwtAuthorizer is x-yc-apigateway-authorizer of type jwt.
type jwtAuthorizer struct {
	Type           string   `json:"type"`
	JWKSURI        string   `json:"jwksUri"`
	Issuers        []string `json:"issuers"`
	Audiences      []string `json:"audiences"`
	RequiredClaims []string `json:"requiredClaims"`
	IdentitySource struct {
		In     string `json:"in"`
		Name   string `json:"name"`
		Prefix string `json:"prefix"`
	} `json:"identitySource"`
	JWKTTL     int    `json:"jwkTtlInSeconds"` // go-oidc keeps keys until one is asked for that it does not have
	ResultTTL  int    `json:"authorizer_result_ttl_in_seconds"`
	ResultMode string `json:"authorizer_result_caching_mode"`
}

// authorizer verifies tokens. Its keys are found when the first one comes.
type authorizer struct {
	jwtAuthorizer
	client    *http.Client
	discovery string // openIdConnectUrl

	mu   sync.Mutex
	keys oidc.KeySet
}

// algorithms are those of signatures that Yandex API Gateway verifies, which
// never has "none" among them.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512}

func compileAuthorizers(doc *openapi3.T, client *http.Client) (map[string]*authorizer, error) {
	all := map[string]*authorizer{}
	if doc.Components == nil {
		return all, nil
	}
	for name, ref := range doc.Components.SecuritySchemes {
		a := &authorizer{client: client, discovery: ref.Value.OpenIdConnectUrl}
		if err := extension(ref.Value.Extensions, "x-yc-apigateway-authorizer", &a.jwtAuthorizer); err != nil {
			return nil, fmt.Errorf("security scheme %s: %w", name, err)
		}
		switch {
		case a.Type != "jwt":
			return nil, fmt.Errorf("security scheme %s: its authorizer is of type %q, and jwt alone is known here", name, a.Type)
		case a.IdentitySource.In != "header" || a.IdentitySource.Name == "":
			return nil, fmt.Errorf("security scheme %s: identitySource: the token must be in a header here", name)
		case a.JWKSURI == "" && a.discovery == "":
			return nil, fmt.Errorf("security scheme %s: neither jwksUri nor openIdConnectUrl says where the keys are", name)
		}
		all[name] = a
	}
	return all, nil
}

// authorizerOf is the one that an operation names; an operation that everybody
// may call is refused.
func authorizerOf(doc *openapi3.T, op *openapi3.Operation, all map[string]*authorizer) (*authorizer, error) {
	required := doc.Security
	if op.Security != nil {
		required = *op.Security
	}
	if len(required) != 1 || len(required[0]) != 1 {
		return nil, errors.New("security must name one scheme: without it the operation is public")
	}
	for name := range required[0] {
		if all[name] != nil {
			return all[name], nil
		}
	}
	return nil, errors.New("security names a scheme that the document does not have")
}

// authorize returns what the event says of the caller.
func (a *authorizer) authorize(r *http.Request) (map[string]any, error) {
	text, found := strings.CutPrefix(r.Header.Get(a.IdentitySource.Name), a.IdentitySource.Prefix)
	if !found || text == "" {
		return nil, refuse(http.StatusUnauthorized, "Unauthorized")
	}
	keys, err := a.keySet(r.Context())
	if err != nil {
		return nil, refuse(http.StatusInternalServerError, "the issuer's keys cannot be had")
	}
	verifier := oidc.NewVerifier("", keys, &oidc.Config{SkipClientIDCheck: true, SkipIssuerCheck: true, SupportedSigningAlgs: algorithms})
	token, err := verifier.Verify(r.Context(), text)
	if err != nil {
		return nil, refuse(http.StatusUnauthorized, "Unauthorized")
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil || !a.allows(token, claims) {
		return nil, refuse(http.StatusForbidden, "Forbidden")
	}
	scope, _ := claims["scope"].(string)
	return map[string]any{"jwt": map[string]any{"claims": claims, "scopes": strings.Fields(scope)}}, nil
}

func (a *authorizer) allows(token *oidc.IDToken, claims map[string]any) bool {
	if len(a.Issuers) > 0 && !slices.Contains(a.Issuers, token.Issuer) {
		return false
	}
	if len(a.Audiences) > 0 && !slices.ContainsFunc(token.Audience, func(aud string) bool { return slices.Contains(a.Audiences, aud) }) {
		return false
	}
	for _, name := range a.RequiredClaims {
		if claims[name] == nil {
			return false
		}
	}
	return true
}

// keySet finds the issuer's keys, and remembers where they are once that has
// worked.
func (a *authorizer) keySet(ctx context.Context) (oidc.KeySet, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.keys != nil {
		return a.keys, nil
	}
	at := a.JWKSURI
	if at == "" {
		var err error
		if at, err = a.discover(ctx); err != nil {
			return nil, err
		}
	}
	a.keys = oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), a.client), at)
	return a.keys, nil
}

// discover reads jwks_uri of an OpenID configuration.
func (a *authorizer) discover(ctx context.Context) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.discovery, nil)
	if err != nil {
		return "", err
	}
	answer, err := a.client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var c struct {
		JWKSURI string `json:"jwks_uri"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&c); err != nil || c.JWKSURI == "" {
		return "", fmt.Errorf("%s is no OpenID configuration", a.discovery)
	}
	return c.JWKSURI, nil
}

package gateway

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// authorizer is x-yc-apigateway-authorizer of the type jwt.
type authorizer struct {
	Type    string `json:"type"`
	JWKSURI string `json:"jwksUri"`
	Source  struct {
		In     string `json:"in"`
		Name   string `json:"name"`
		Prefix string `json:"prefix"`
	} `json:"identitySource"`
	Issuers        []string `json:"issuers"`
	Audiences      []string `json:"audiences"`
	RequiredClaims []string `json:"requiredClaims"`
	KeySeconds     int      `json:"jwkTtlInSeconds"` // keys are not cached here
}

// authorization is requestContext.authorizer.
type authorization struct {
	JWT *token `json:"jwt,omitempty"`
}

// token is what a token says. Its claims are as they stand there.
type token struct {
	Claims map[string]json.RawMessage `json:"claims"`
	Scopes []string                   `json:"scopes"`
}

// newAuthorizer makes the authorizer of a security scheme.
func newAuthorizer(scheme *openapi3.SecurityScheme) (*authorizer, error) {
	a := new(authorizer)
	if err := extension(scheme.Extensions, "x-yc-apigateway-authorizer", a); err != nil {
		return nil, err
	}
	switch {
	case a.Type != "jwt" || scheme.Type != "openIdConnect":
		return nil, fmt.Errorf("its authorizer has the type %q, for %s; only jwt is done here, for openIdConnect",
			a.Type,
			scheme.Type)
	case a.JWKSURI == "":
		return nil, errors.New("its authorizer has no jwksUri, without which nothing is done here")
	case a.Source.In != "header" || a.Source.Name == "":
		return nil, errors.New("identitySource must have a name, and only in: header is done here")
	}
	return a, nil
}

// algorithms are those that the gateway takes. None is symmetric: with such a
// one that anyone who knows the public key could sign.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}

// authorize says who is calling, or refuses the request: 401, whatever is wrong
// with the token.
func (a *authorizer) authorize(r *http.Request, client *http.Client) (*token, error) {
	values := r.Header.Values(a.Source.Name)
	if len(values) != 1 || !strings.HasPrefix(values[0], a.Source.Prefix) {
		return nil, refuse(http.StatusUnauthorized, errors.New("no token, or several"))
	}
	parsed, err := jwt.ParseSigned(strings.TrimPrefix(values[0], a.Source.Prefix), algorithms)
	if err != nil {
		return nil, refuse(http.StatusUnauthorized, err)
	}
	keys, err := a.keys(r.Context(), cmp.Or(client, http.DefaultClient))
	if err != nil {
		return nil, refuse(http.StatusInternalServerError, err)
	}
	var registered jwt.Claims
	var all map[string]json.RawMessage
	if err := parsed.Claims(keys, &registered, &all); err != nil {
		return nil, refuse(http.StatusUnauthorized, err)
	}
	if err := a.accept(registered, all); err != nil {
		return nil, refuse(http.StatusUnauthorized, err)
	}
	var scope string
	_ = json.Unmarshal(all["scope"], &scope)
	return &token{all, strings.Fields(scope)}, nil
}

// accept checks what a token whose signature is good says.
func (a *authorizer) accept(c jwt.Claims, all map[string]json.RawMessage) error {
	if err := c.ValidateWithLeeway(jwt.Expected{AnyAudience: a.Audiences, Time: time.Now()}, 0); err != nil {
		return err
	}
	if len(a.Issuers) > 0 && !slices.Contains(a.Issuers, c.Issuer) {
		return jwt.ErrInvalidIssuer
	}
	for _, name := range a.RequiredClaims {
		if _, ok := all[name]; !ok {
			return fmt.Errorf("the token lacks the claim %q", name)
		}
	}
	return nil
}

// keys gets the issuer's public keys.
func (a *authorizer) keys(ctx context.Context, client *http.Client) (*jose.JSONWebKeySet, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.JWKSURI, nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", a.JWKSURI, answer.Status)
	}
	keys := new(jose.JSONWebKeySet)
	return keys, json.NewDecoder(answer.Body).Decode(keys)
}

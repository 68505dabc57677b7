package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// token is what a token says.
type token struct {
	Claims claims   `json:"claims"`
	Scopes []string `json:"scopes"`
}

// claims are a token's, as they stand there.
type claims map[string]json.RawMessage

// algorithms are those that the gateway takes. None is symmetric: with such a
// one whoever knows the public key could sign.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}

// verify checks a token as page jwt-authorizer has it, in that order.
func (a *authorizer) verify(ctx context.Context, presented string, at time.Time) (*authorization, error) {
	parsed, err := jwt.ParseSigned(presented, algorithms)
	if err != nil {
		return nil, unauthorized(err)
	}
	header := parsed.Headers[0]
	key, err := a.keys.key(ctx, header.KeyID, at)
	if errors.Is(err, errNoKey) || err == nil && key.Algorithm != "" && key.Algorithm != header.Algorithm {
		return nil, unauthorized(fmt.Errorf("no key for kid %q and alg %s", header.KeyID, header.Algorithm))
	}
	if err != nil {
		return nil, refusal{http.StatusInternalServerError, "Internal Server Error", err}
	}
	var registered jwt.Claims
	var all claims
	if err := parsed.Claims(key, &registered, &all); err != nil {
		return nil, unauthorized(err)
	}
	if err := a.accept(registered, all, at); err != nil {
		return nil, unauthorized(err)
	}
	return &authorization{&token{all, all.scopes()}}, nil
}

// accept checks what a token whose signature is good says.
func (a *authorizer) accept(c jwt.Claims, all claims, at time.Time) error {
	if err := c.ValidateWithLeeway(jwt.Expected{AnyAudience: a.Audiences, Time: at}, 0); err != nil {
		return err
	}
	if c.Expiry == nil {
		return errors.New("the token never expires")
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

// scopes are those of scope or scp: words in a string, or an array of strings.
func (c claims) scopes() []string {
	for _, name := range []string{"scope", "scp"} {
		var words string
		if json.Unmarshal(c[name], &words) == nil {
			return strings.Fields(words)
		}
		var list []string
		if json.Unmarshal(c[name], &list) == nil {
			return list
		}
	}
	return []string{}
}

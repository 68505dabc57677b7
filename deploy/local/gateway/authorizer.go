package gateway

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// authorizer is x-yc-apigateway-authorizer of the type jwt.
type authorizer struct {
	Type           string         `json:"type"`
	JWKSURI        string         `json:"jwksUri"`
	Source         identitySource `json:"identitySource"`
	Issuers        []string       `json:"issuers"`
	Audiences      []string       `json:"audiences"`
	RequiredClaims []string       `json:"requiredClaims"`
	ResultSeconds  int            `json:"authorizer_result_ttl_in_seconds"` // 0: not cached
	Caching        string         `json:"authorizer_result_caching_mode"`
	KeySeconds     int            `json:"jwkTtlInSeconds"` // 0: not cached

	keys    *keySet
	results ttlCache[[sha256.Size]byte, *authorization]
}

// identitySource is where the token is in a request.
type identitySource struct {
	In     string `json:"in"` // header, query or cookie
	Name   string `json:"name"`
	Prefix string `json:"prefix"`
}

// authorization is requestContext.authorizer.
type authorization struct {
	JWT *token `json:"jwt,omitempty"`
}

// newAuthorizer makes the authorizer of a security scheme, nil if it has none.
func newAuthorizer(scheme *openapi3.SecurityScheme, client *http.Client) (*authorizer, error) {
	const name = "x-yc-apigateway-authorizer"
	if _, ok := scheme.Extensions[name]; !ok {
		return nil, nil
	}
	a := new(authorizer)
	if err := extension(scheme.Extensions, name, a); err != nil {
		return nil, err
	}
	a.keys = &keySet{client: client, uri: a.JWKSURI, configuration: scheme.OpenIdConnectUrl,
		ttl: time.Duration(a.KeySeconds) * time.Second}
	return a, a.check(scheme)
}

func (a *authorizer) check(scheme *openapi3.SecurityScheme) error {
	from, err := url.Parse(cmp.Or(a.JWKSURI, scheme.OpenIdConnectUrl))
	switch {
	case a.Type != "jwt":
		return fmt.Errorf("its authorizer has the type %q; jwt alone is done here", a.Type)
	case scheme.Type != "openIdConnect":
		return fmt.Errorf("a jwt authorizer is for the type openIdConnect, this is %s", scheme.Type)
	case err != nil || from.Host == "" || from.Scheme != "http" && from.Scheme != "https":
		return fmt.Errorf("jwksUri, or openIdConnectUrl without it, is no http(s) URL")
	case !slices.Contains([]string{"header", "query", "cookie"}, a.Source.In) || a.Source.Name == "":
		return fmt.Errorf("identitySource must have a name, and in one of header, query and cookie")
	case a.ResultSeconds < 0 || a.KeySeconds < 0:
		return fmt.Errorf("a time to live is negative")
	case a.Caching != "" && a.Caching != "path" && a.Caching != "uri" || a.Caching != "" && a.ResultSeconds == 0:
		return fmt.Errorf("authorizer_result_caching_mode is path or uri, and needs authorizer_result_ttl_in_seconds")
	}
	return nil
}

// unauthorized is the one answer to all that is wrong with a token.
func unauthorized(why error) error { return refusal{http.StatusUnauthorized, "Unauthorized", why} }

// authorize says who is calling, or refuses the request.
func (a *authorizer) authorize(in *arrival, o *operation) (*authorization, error) {
	if a == nil {
		return new(authorization), nil
	}
	presented := a.Source.token(in.Request)
	if presented == "" {
		return nil, unauthorized(errors.New("no token"))
	}
	key := a.key(in, o, presented)
	if known, ok := a.results.get(key, in.at); ok {
		return known, nil
	}
	result, err := a.verify(in.Context(), presented, in.at)
	if err != nil {
		return nil, err
	}
	for _, scope := range o.scopes {
		if !slices.Contains(result.JWT.Scopes, scope) {
			return nil, refusal{http.StatusForbidden, "Forbidden", fmt.Errorf("the token lacks the scope %q", scope)}
		}
	}
	a.results.put(key, result, in.at, time.Duration(a.ResultSeconds)*time.Second)
	return result, nil
}

// key is what a result is cached under: the operation and the token, in the
// mode uri the actual path as well.
func (a *authorizer) key(in *arrival, o *operation, presented string) [sha256.Size]byte {
	path := o.template
	if a.Caching == "uri" {
		path = in.URL.EscapedPath()
	}
	return sha256.Sum256([]byte(strings.Join([]string{in.Method, path, presented}, "\n")))
}

// token is the token of a request, empty if it has none, or several.
func (s identitySource) token(r *http.Request) string {
	var values []string
	switch s.In {
	case "header":
		values = r.Header.Values(s.Name)
	case "query":
		values = r.URL.Query()[s.Name]
	case "cookie":
		for _, c := range r.CookiesNamed(s.Name) {
			values = append(values, c.Value)
		}
	}
	if len(values) != 1 {
		return ""
	}
	presented, ok := strings.CutPrefix(values[0], s.Prefix)
	if !ok {
		return ""
	}
	return presented
}

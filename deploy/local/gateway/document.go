package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// mostOfDocument is the largest document, in bytes (page "Quotas and limits":
// 3.5 MB).
const mostOfDocument = 7 << 19

// document is a gateway's document, valid as OpenAPI, with the parts of it
// that hold for all operations.
type document struct {
	*openapi3.T
	top struct { // x-yc-apigateway
		ServiceAccountID string     `json:"service_account_id"`
		RateLimit        *rateLimit `json:"rateLimit"`
		SmartWebSecurity any        `json:"smartWebSecurity"` // a service of its own in front, which is not here
	}
	limits      map[string]*rateLimit  // components.x-yc-apigateway-rate-limits
	authorizers map[string]*authorizer // of components.securitySchemes; nil of one that has none
	functions   map[string]Function    // by the id that an integration names
}

// known are the extensions that are done here. Another one of Yandex's would
// change what the real gateway does, so a document that has it is refused.
var known = []string{"x-yc-apigateway", "x-yc-apigateway-integration", "x-yc-apigateway-authorizer",
	"x-yc-apigateway-rate-limit", "x-yc-apigateway-rate-limits"}

func load(text []byte, o Options) (*document, error) {
	if len(text) > mostOfDocument {
		return nil, fmt.Errorf("the document has %d bytes, a gateway takes %d", len(text), mostOfDocument)
	}
	parsed, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	if err := parsed.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("the document is not valid OpenAPI 3.0: %w", err)
	}
	if err := onlyKnown(parsed); err != nil {
		return nil, err
	}
	d := &document{T: parsed, authorizers: map[string]*authorizer{}, functions: o.Functions}
	if err := extension(d.Extensions, "x-yc-apigateway", &d.top); err != nil {
		return nil, err
	}
	if d.Components == nil {
		return d, nil
	}
	if err := extension(d.Components.Extensions, "x-yc-apigateway-rate-limits", &d.limits); err != nil {
		return nil, err
	}
	for name, scheme := range d.Components.SecuritySchemes {
		if d.authorizers[name], err = newAuthorizer(scheme.Value, o.Issuers); err != nil {
			return nil, fmt.Errorf("the security scheme %s: %w", name, err)
		}
	}
	return d, nil
}

// onlyKnown looks through the whole document for extensions of Yandex's that
// are not done here.
func onlyKnown(d *openapi3.T) error {
	text, err := d.MarshalJSON()
	if err != nil {
		return fmt.Errorf("reading the document: %w", err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return fmt.Errorf("reading the document: %w", err)
	}
	return walk(tree, "")
}

func walk(node any, at string) error {
	var err error
	switch node := node.(type) {
	case map[string]any:
		for name, value := range node {
			if strings.HasPrefix(name, "x-yc-") && !slices.Contains(known, name) {
				return fmt.Errorf("%s: the extension %s is not done here", at, name)
			}
			if err = walk(value, at+"/"+name); err != nil {
				return err
			}
		}
	case []any:
		for i, value := range node {
			if err = walk(value, fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// extension reads an extension, if it is there, and refuses members of it that
// are not done here.
func extension(from map[string]any, name string, into any) error {
	value, ok := from[name]
	if !ok {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: what is there is not done here: %w", name, err)
	}
	return nil
}

// security is the authorizer of an operation, nil if anybody may call it, and
// the scopes that a token must have.
func (d *document) security(o *openapi3.Operation) (*authorizer, []string, error) {
	requirements := d.Security
	if o.Security != nil {
		requirements = *o.Security
	}
	if len(requirements) == 0 {
		return nil, nil, nil
	}
	if len(requirements) > 1 || len(requirements[0]) != 1 {
		return nil, nil, fmt.Errorf("its security is not one scheme: how a gateway takes several, or an optional " +
			"one, is not known here")
	}
	for name, scopes := range requirements[0] {
		if a := d.authorizers[name]; a != nil {
			return a, scopes, nil
		}
		return nil, nil, fmt.Errorf("its security names %q, which is no security scheme with an "+
			"x-yc-apigateway-authorizer", name)
	}
	panic("unreachable")
}

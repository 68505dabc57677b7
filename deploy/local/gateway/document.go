package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// mostOfDocument is the largest document, in bytes (page "Quotas and limits":
// 3.5 MB).
const mostOfDocument = 7 << 19

// operation is what a method of a path does.
type operation struct {
	template    string // the path in the document
	id          string
	parameters  openapi3.Parameters
	integration integration
	authorizer  *authorizer // nil: anybody may call it
}

// integration is x-yc-apigateway-integration.
type integration struct {
	Type             string `json:"type"`
	FunctionID       string `json:"function_id"`
	Tag              string `json:"tag"`
	ServiceAccountID string `json:"service_account_id"`
	Format           string `json:"payload_format_version"` // of the event: 0.1 or 1.0
}

// limits are x-yc-apigateway: what is in front of the gateway, and not here.
type limits struct {
	RateLimit struct {
		AllRequests struct {
			PerSecond int `json:"rps"`
		} `json:"allRequests"`
	} `json:"rateLimit"`
	SmartWebSecurity struct {
		ProfileID string `json:"securityProfileId"`
	} `json:"smartWebSecurity"`
}

var (
	// extensions are Yandex's in a document. One that is not known would change
	// what the real gateway does, so a document that has it is refused.
	extensions = regexp.MustCompile(`"(x-yc-[a-z-]+)":`)
	known      = []string{"x-yc-apigateway", "x-yc-apigateway-integration", "x-yc-apigateway-authorizer"}
	// wholeSegments are paths that a gateway takes: a parameter is a whole segment.
	wholeSegments = regexp.MustCompile(`^(/[^/{}]+|/\{[\w-]+\})+$`)
)

func (g *gateway) read(document []byte) error {
	if len(document) > mostOfDocument {
		return fmt.Errorf("the document has %d bytes, a gateway takes %d", len(document), mostOfDocument)
	}
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err == nil {
		err = doc.Validate(context.Background())
	}
	if err != nil {
		return fmt.Errorf("the document is not valid OpenAPI 3.0: %w", err)
	}
	text, err := doc.MarshalJSON()
	if err != nil {
		return err
	}
	for _, found := range extensions.FindAllSubmatch(text, -1) {
		if name := string(found[1]); !slices.Contains(known, name) {
			return fmt.Errorf("the extension %s is not done here", name)
		}
	}
	if err := extension(doc.Extensions, "x-yc-apigateway", new(limits)); err != nil {
		return err
	}
	for template, item := range doc.Paths.Map() {
		if !wholeSegments.MatchString(template) {
			return fmt.Errorf("the path %s: a gateway takes a parameter only as a whole segment: write a literal path "+
				"for each value, or one parameter for the whole segment", template)
		}
		for method, o := range item.Operations() {
			if g.operations[o], err = g.operation(doc, o); err != nil {
				return fmt.Errorf("the path %s: %s: %w", template, method, err)
			}
			g.operations[o].template = template
			g.operations[o].parameters = slices.Concat(item.Parameters, o.Parameters)
		}
	}
	g.router, err = gorillamux.NewRouter(doc)
	return err
}

func (g *gateway) operation(doc *openapi3.T, from *openapi3.Operation) (*operation, error) {
	o := &operation{id: from.OperationID, integration: integration{Tag: "$latest", Format: "0.1"}}
	i := &o.integration
	if err := extension(from.Extensions, "x-yc-apigateway-integration", i); err != nil {
		return nil, err
	}
	switch {
	case i.Type != "cloud_functions":
		return nil, fmt.Errorf("its integration has the type %q; only cloud_functions is done here", i.Type)
	case g.Functions[i.FunctionID] == nil:
		return nil, fmt.Errorf("there is no function %q (function_id)", i.FunctionID)
	case i.ServiceAccountID == "":
		return nil, fmt.Errorf("its integration has no service_account_id: the function would be called as nobody, " +
			"and lets nobody in")
	case i.Tag != "$latest":
		return nil, fmt.Errorf("its integration has the tag %q; there is one version, $latest", i.Tag)
	case i.Format != "0.1" && i.Format != "1.0":
		return nil, fmt.Errorf("its integration has the payload_format_version %q; 0.1 and 1.0 are done here", i.Format)
	}
	security := doc.Security
	if from.Security != nil {
		security = *from.Security
	}
	if len(security) == 0 {
		return o, nil
	}
	for name, scopes := range security[0] {
		if scheme := doc.Components.SecuritySchemes[name]; len(security)+len(security[0]) == 2 && len(scopes) == 0 &&
			scheme != nil {
			var err error
			o.authorizer, err = newAuthorizer(scheme.Value)
			return o, err
		}
	}
	return nil, fmt.Errorf("its security is not one scheme of the document's without scopes: nothing else is done here")
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
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: what is there is not done here: %w", name, err)
	}
	return nil
}

package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// integration is x-yc-apigateway-integration, of the one type that is known
// here.
type integration struct {
	Type             string `json:"type"`
	FunctionID       string `json:"function_id"`
	Tag              string `json:"tag"`
	ServiceAccountID string `json:"service_account_id"`
	PayloadFormat    string `json:"payload_format_version"`
}

// settings is x-yc-apigateway.
type settings struct {
	RateLimit        *rateLimit `json:"rateLimit"`
	SmartWebSecurity any        `json:"smartWebSecurity"` // a service of its own, which is not here
}

func compile(document []byte, o Options) (*gateway, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	g := &gateway{Options: o}
	var s settings
	if err := extension(doc.Extensions, "x-yc-apigateway", &s); err != nil {
		return nil, err
	}
	if g.limiter, err = s.RateLimit.limiter(); err != nil {
		return nil, err
	}
	authorizers, err := compileAuthorizers(doc, o.Client)
	if err != nil {
		return nil, err
	}
	for _, path := range doc.Paths.InMatchingOrder() {
		for method, op := range doc.Paths.Value(path).Operations() {
			r, err := g.compileRoute(doc, authorizers, method, path, op)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			g.routes = append(g.routes, r)
		}
	}
	sort.SliceStable(g.routes, func(i, j int) bool { return len(g.routes[i].parameters) < len(g.routes[j].parameters) })
	return g, nil
}

func (g *gateway) compileRoute(doc *openapi3.T, authorizers map[string]*authorizer, method, path string, op *openapi3.Operation) (*route, error) {
	r, err := newRoute(method, path)
	if err != nil {
		return nil, err
	}
	r.operationID = op.OperationID
	var i integration
	if err := extension(op.Extensions, "x-yc-apigateway-integration", &i); err != nil {
		return nil, err
	}
	if r.function, err = g.integrate(i); err != nil {
		return nil, err
	}
	r.format = i.PayloadFormat
	var limit *rateLimit
	if err := extension(op.Extensions, "x-yc-apigateway-rate-limit", &limit); err != nil {
		return nil, err
	}
	if r.limiter, err = limit.limiter(); err != nil {
		return nil, err
	}
	r.authorizer, err = authorizerOf(doc, op, authorizers)
	return r, err
}

// integrate checks an integration and finds its function.
func (g *gateway) integrate(i integration) (Function, error) {
	switch {
	case i.Type != "cloud_functions":
		return nil, fmt.Errorf("x-yc-apigateway-integration: its type is %q, and cloud_functions alone is known here", i.Type)
	case i.Tag != "" && i.Tag != "$latest":
		return nil, fmt.Errorf("x-yc-apigateway-integration: there is no version with the tag %q", i.Tag)
	case i.ServiceAccountID == "":
		return nil, fmt.Errorf("x-yc-apigateway-integration: without service_account_id the function would have to be public")
	case i.PayloadFormat != "0.1" && i.PayloadFormat != "1.0":
		return nil, fmt.Errorf("x-yc-apigateway-integration: payload_format_version is %q, want 0.1 or 1.0", i.PayloadFormat)
	case g.Functions[i.FunctionID] == nil:
		return nil, fmt.Errorf("x-yc-apigateway-integration: there is no function %q", i.FunctionID)
	}
	return g.Functions[i.FunctionID], nil
}

// extension reads one into a value, in which every member must have its place.
func extension(all map[string]any, name string, into any) error {
	v, ok := all[name]
	if !ok {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

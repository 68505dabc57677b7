package gateway

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// operation is what a method of a path does.
type operation struct {
	template   string // the path in the document
	id         string
	parameters openapi3.Parameters
	function   Function
	format     string // of the event: 0.1 or 1.0
	limit      *limiter
	authorizer *authorizer
	scopes     []string
}

// integration is x-yc-apigateway-integration.
type integration struct {
	Type             string `json:"type"`
	FunctionID       string `json:"function_id"`
	Tag              string `json:"tag"`
	ServiceAccountID string `json:"service_account_id"`
	Format           string `json:"payload_format_version"`
}

// routes makes the routes of a document, literal paths first, and the limit
// of the gateway.
func (d *document) routes() ([]*route, *limiter, error) {
	limit, err := d.limiter(d.top.RateLimit)
	if err != nil {
		return nil, nil, fmt.Errorf("x-yc-apigateway: %w", err)
	}
	var routes []*route
	for _, template := range d.Paths.InMatchingOrder() {
		r, err := d.route(template, limit)
		if err != nil {
			return nil, nil, fmt.Errorf("the path %s: %w", template, err)
		}
		routes = append(routes, r)
	}
	return routes, limit, nil
}

func (d *document) route(template string, limit *limiter) (*route, error) {
	segments, err := parse(template)
	if err != nil {
		return nil, err
	}
	item := d.Paths.Value(template)
	if limit, err = d.narrower(item.Extensions, limit); err != nil {
		return nil, err
	}
	r := &route{segments, map[string]*operation{}}
	for method, operation := range item.Operations() {
		made, err := d.operation(operation, limit)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", method, err)
		}
		made.template, made.parameters = template, slices.Concat(item.Parameters, operation.Parameters)
		r.operations[method] = made
	}
	return r, nil
}

func (d *document) operation(from *openapi3.Operation, limit *limiter) (*operation, error) {
	made := &operation{id: from.OperationID}
	var err error
	if made.limit, err = d.narrower(from.Extensions, limit); err != nil {
		return nil, err
	}
	if made.authorizer, made.scopes, err = d.security(from); err != nil {
		return nil, err
	}
	i := integration{Tag: "$latest", ServiceAccountID: d.top.ServiceAccountID, Format: "0.1"}
	if err := extension(from.Extensions, "x-yc-apigateway-integration", &i); err != nil {
		return nil, err
	}
	made.function, made.format = d.functions[i.FunctionID], i.Format
	return made, i.check(made.function != nil)
}

// check refuses an integration that the real gateway would not take, would
// not get an answer from, or that is not done here.
func (i integration) check(known bool) error {
	switch {
	case i.Type == "":
		return fmt.Errorf("it has no x-yc-apigateway-integration with a type")
	case i.Type != "cloud_functions":
		return fmt.Errorf("its integration has the type %q; cloud_functions alone is done here", i.Type)
	case !known:
		return fmt.Errorf("there is no function %q (function_id)", i.FunctionID)
	case i.ServiceAccountID == "":
		return fmt.Errorf("its integration has no service_account_id, nor has x-yc-apigateway: the function would be " +
			"called as nobody, and lets nobody in")
	case i.Tag != "$latest":
		return fmt.Errorf("its integration has the tag %q; there is one version, $latest", i.Tag)
	case i.Format != "0.1" && i.Format != "1.0":
		return fmt.Errorf("its integration has the payload_format_version %q; 0.1 and 1.0 are done here", i.Format)
	}
	return nil
}

package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// Function is what is behind a gateway: a platform.Function. It is called
// concurrently.
type Function interface {
	// Invoke gives a function the event and returns its answer. The context
	// ends with the caller's connection and the gateway's patience.
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Options is what a handler of this package needs to know beside its document.
type Options struct {
	Functions map[string]Function // by the id that documents and URLs name
	Issuers   *http.Client        // asks issuers for their keys; nil is http.DefaultClient
	Log       *slog.Logger        // what was refused, and why; never a credential. nil drops it.
}

// gateway is Yandex API Gateway.
type gateway struct {
	Options
	router     routers.Router
	operations map[*openapi3.Operation]*operation
}

// New makes a gateway of its document, OpenAPI 3.0 in JSON or YAML. It refuses
// what the real one would refuse or what is not done here, and says where.
func New(document []byte, o Options) (http.Handler, error) {
	g := &gateway{Options: o, operations: map[*openapi3.Operation]*operation{}}
	if err := g.read(document); err != nil {
		return nil, err
	}
	return platform{mostOfGateway, o.Log, g.serve, gatewayError}, nil
}

func gatewayError(_ http.Header, e refusal) any { return map[string]any{"message": e.message} }

func (g *gateway) serve(in *arrival) (*answer, error) {
	o, path, err := g.find(in)
	if err != nil {
		return nil, err
	}
	caller := new(authorization)
	if o.authorizer != nil {
		if caller.JWT, err = o.authorizer.authorize(in.Request, g.Issuers); err != nil {
			return nil, err
		}
	}
	if err := in.readBody(); err != nil {
		return nil, err
	}
	raw, err := in.tell(g.Functions[o.integration.FunctionID], o.event(in, path, caller))
	if err != nil {
		return nil, err
	}
	return readAnswer(raw, mostOfGateway)
}

// find finds the operation that was asked for, and the values of the path's
// parameters. A percent-encoded slash separates nothing.
func (g *gateway) find(in *arrival) (*operation, map[string]string, error) {
	segments := strings.Split(in.URL.EscapedPath(), "/")
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil {
			return nil, nil, refuse(http.StatusNotFound, nil)
		}
		segments[i] = url.PathEscape(decoded) // the one spelling in which the document's paths are
	}
	route, values, err := g.router.FindRoute(&http.Request{Method: in.Method,
		URL: &url.URL{Path: in.URL.Path, RawPath: strings.Join(segments, "/")}})
	switch {
	case errors.Is(err, routers.ErrMethodNotAllowed):
		return nil, nil, refuse(http.StatusMethodNotAllowed, nil)
	case err != nil:
		return nil, nil, refuse(http.StatusNotFound, nil)
	}
	for name, value := range values {
		if values[name], err = url.PathUnescape(value); err != nil {
			return nil, nil, err
		}
	}
	return g.operations[route.Operation], values, nil
}

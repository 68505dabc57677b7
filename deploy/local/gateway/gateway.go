package gateway

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Function is what is behind a gateway. It is called at once by several.
type Function interface {
	// Invoke gives a function the event and returns its answer. The context
	// ends with the caller's connection and the gateway's patience.
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Options is what a handler of this package needs to know beside its document.
type Options struct {
	Functions map[string]Function // by the id that documents and URLs name
	// Status says what is answered when Invoke returned an error: 429 if all
	// instances were busy, 504 if the function took too long. nil, or a status
	// under 400: 502.
	Status  func(error) int
	Issuers *http.Client // asks issuers for their keys; nil: one that waits 10 s
	// KeepCredentials hands Authorization and Cookie on to functions.
	KeepCredentials bool
	Log             *slog.Logger     // what was refused, and why; never a credential. nil drops it.
	Now             func() time.Time // for tests of what expires; nil is time.Now
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Issuers == nil {
		o.Issuers = issuers
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Status == nil {
		o.Status = func(error) int { return http.StatusBadGateway }
	}
	return o
}

// New makes a gateway of its document, OpenAPI 3.0 in JSON or YAML. It refuses
// what the real one would refuse or what is not done here, and says where.
func New(document []byte, o Options) (http.Handler, error) {
	o = o.withDefaults()
	d, err := load(document, o)
	if err != nil {
		return nil, err
	}
	g := &gateway{options: o}
	if g.routes, g.limit, err = d.routes(); err != nil {
		return nil, err
	}
	return g, nil
}

// gateway is Yandex API Gateway.
type gateway struct {
	options Options
	routes  []*route
	limit   *limiter // of requests to no route
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := arrive(r, g.options)
	if err := g.serve(w, in); err != nil {
		in.refuse(w, err, gatewayError)
	}
}

func gatewayError(_ http.Header, e refusal) any { return map[string]any{"message": e.message} }

func (g *gateway) serve(w http.ResponseWriter, in *arrival) error {
	o, path, err := g.find(in)
	if err != nil {
		return err
	}
	if !o.limit.allow(in.at) {
		return refuse(http.StatusTooManyRequests, "Too Many Requests")
	}
	caller, err := o.authorizer.authorize(in, o)
	if err != nil {
		return err
	}
	if err := in.readBody(w, mostOfGateway); err != nil {
		return err
	}
	raw, err := in.tell(o.function, o.event(in, path, caller))
	if err != nil {
		return err
	}
	a, err := readAnswer(raw, mostOfGateway)
	if err != nil {
		return err
	}
	a.write(w)
	return nil
}

// find finds the operation that was asked for. What is not found counts
// against the gateway's own limit.
func (g *gateway) find(in *arrival) (*operation, map[string]string, error) {
	route, path := match(g.routes, in.URL.EscapedPath())
	if route != nil && route.operations[in.Method] != nil {
		return route.operations[in.Method], path, nil
	}
	if !g.limit.allow(in.at) {
		return nil, nil, refuse(http.StatusTooManyRequests, "Too Many Requests")
	}
	if route == nil {
		return nil, nil, refuse(http.StatusNotFound, "Not Found")
	}
	return nil, nil, refuse(http.StatusMethodNotAllowed, "Method Not Allowed")
}

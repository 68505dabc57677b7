package gateway

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

// Limits of Yandex API Gateway, in bytes.
const (
	maxRequest  = 2_500_000
	maxResponse = 2_500_000
)

// Function is called with an event and gives an answer.
type Function interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Options are what the document does not say.
type Options struct {
	Functions map[string]Function // by function_id
	// StatusOf is the HTTP status of a call that has no answer; nil is 502
	// always.
	StatusOf func(error) int
	// Client fetches the keys of issuers; nil is http.DefaultClient.
	Client *http.Client
	Log    *slog.Logger // nil drops it
}

func (o Options) statusOf(err error) int {
	if o.StatusOf == nil {
		return http.StatusBadGateway
	}
	return o.StatusOf(err)
}

// gateway is a document, compiled.
type gateway struct {
	Options
	routes  []*route
	limiter limiter
}

// New makes a gateway of an OpenAPI document, in YAML or JSON. It refuses what
// Yandex API Gateway refuses, and what it does not know itself.
func New(document []byte, o Options) (http.Handler, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Client == nil {
		o.Client = http.DefaultClient
	}
	return compile(document, o)
}

// refusal is an answer of the gateway's own.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// ServeHTTP takes a request through what the document says of it: a limit, a
// route, an authorizer, a function.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, err := g.serve(r)
	if err != nil {
		g.Log.Info("the gateway refuses a request", "method", r.Method, "path", r.URL.EscapedPath(), "error", err)
		sendRefusal(w, err)
		return
	}
	a.send(w)
}

func (g *gateway) serve(r *http.Request) (*answer, error) {
	if !g.limiter.allow() {
		return nil, refuse(http.StatusTooManyRequests, "Too many requests")
	}
	route, parameters := g.find(r.Method, r.URL.EscapedPath())
	if route == nil {
		return nil, refuse(http.StatusNotFound, "Not found")
	}
	if !route.limiter.allow() {
		return nil, refuse(http.StatusTooManyRequests, "Too many requests")
	}
	who, err := route.authorizer.authorize(r)
	if err != nil {
		return nil, err
	}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	c := &call{request: r, body: body, id: newID(), route: route, parameters: parameters, authorizer: who}
	return invoke(r.Context(), route.function, c.event(), g.statusOf)
}

// invoke calls a function and reads its answer.
func invoke(ctx context.Context, f Function, payload []byte, statusOf func(error) int) (*answer, error) {
	data, err := f.Invoke(ctx, payload)
	if err != nil {
		return nil, &refusal{statusOf(err), http.StatusText(statusOf(err))}
	}
	return readAnswer(data)
}

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	switch {
	case err != nil:
		return nil, refuse(http.StatusBadRequest, "Bad request")
	case len(body) > maxRequest:
		return nil, refuse(http.StatusRequestEntityTooLarge, "Request entity too large")
	}
	return body, nil
}

// sendRefusal answers with a text of the gateway's own.
func sendRefusal(w http.ResponseWriter, err error) {
	status := http.StatusBadGateway
	if r := (*refusal)(nil); errors.As(err, &r) {
		status = r.status
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": err.Error()})
}

// newID is a random UUID (RFC 9562, version 4).
func newID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic("gateway: " + err.Error())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

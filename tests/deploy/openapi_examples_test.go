package deploy_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// bench is where examples are tried.
type bench struct {
	router routers.Router // of the document
	urls   map[string]string
}

func mustBench(t *testing.T, doc *openapi3.T) bench {
	t.Helper()
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return bench{router, servers(t)}
}

// TestExamples sends every example of the document to a server and gets the
// answer that the document promises. Every documented status has one.
func TestExamples(t *testing.T) {
	doc := mustDocument(t)
	b := mustBench(t, doc)
	for _, o := range operations(doc) {
		tried := map[string]bool{}
		for _, x := range trials(t, o) {
			tried[strconv.Itoa(x.status)] = true
			t.Run(o.OperationID+"/"+x.name, func(t *testing.T) { x.run(t, b) })
		}
		for status := range o.Responses.Map() {
			if !tried[status] {
				t.Errorf("%s: %s has no example", o.OperationID, status)
			}
		}
	}
}

// run sends the request and checks it and the answer.
func (x *trial) run(t *testing.T, b bench) {
	g := x.send(t, b.urls[x.server])
	if g.status != x.status {
		t.Fatalf("got %d %s\nwant %d %v", g.status, g.body, x.status, x.answer)
	}
	x.checkSchemas(t, b.router, g)
	x.checkHeaders(t, g)
	answer, random := mustMap(t, g.body), x.random()
	if got, want := without(answer, random), without(x.answer, random); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if random != nil {
		x.checkSealed(t, b.urls[""])
	}
}

// reply is an answer over HTTP.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (x *trial) newRequest(t *testing.T, base string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(x.method, x.url(base), strings.NewReader(x.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", x.requestID())
	if x.encoding != "" {
		r.Header.Set("Content-Encoding", x.encoding)
	}
	return r
}

func (x *trial) send(t *testing.T, base string) reply {
	t.Helper()
	response, err := http.DefaultClient.Do(x.newRequest(t, base))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, data}
}

// checkSchemas: the answer is a documented one, and the request fits its
// schema as it should.
func (x *trial) checkSchemas(t *testing.T, router routers.Router, g reply) {
	t.Helper()
	posted := *x
	posted.method = http.MethodPost // the document has no other, and describes what is answered to one
	r := posted.newRequest(t, documentServer)
	route, parameters, err := router.FindRoute(r)
	if err != nil {
		t.Fatal(err)
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
			IncludeResponseStatus: true}}
	x.checkFits(t, openapi3filter.ValidateRequest(context.Background(), in))
	if err := openapi3filter.ValidateResponse(context.Background(),
		&openapi3filter.ResponseValidationInput{RequestValidationInput: in,
			Status: g.status, Header: g.header, Body: io.NopCloser(bytes.NewReader(g.body)),
			Options: in.Options}); err != nil {
		t.Errorf("the answer is not a documented one: %v", err)
	}
}

// documentServer is the first server of the document, by which its router
// finds an operation.
const documentServer = "http://127.0.0.1:8480"

// checkFits: a request fits its schema if, and only if, it stands among those
// of the request body, or is for another key.
func (x *trial) checkFits(t *testing.T, err error) {
	t.Helper()
	if x.told && err != nil {
		t.Errorf("the request does not fit its schema: %v", err)
	}
	if _, special := circumstances[x.name]; !x.told && !special && x.key == exampleKey && err == nil {
		t.Error("the request fits its schema: it can stand with the others of the request body")
	}
}

// checkHeaders: no header but those of HTTP and the documented ones. (That the
// documented ones are there ValidateResponse checks.)
func (x *trial) checkHeaders(t *testing.T, g reply) {
	t.Helper()
	documented := x.Responses.Status(x.status).Value.Headers
	for name := range g.header {
		if documented[name] == nil && !slices.Contains([]string{"Content-Type", "Content-Length", "Date", "Connection"},
			name) {
			t.Errorf("the answer has the header %s, which the document does not know", name)
		}
	}
	if id := g.header.Get("X-Request-Id"); id != x.requestID() {
		t.Errorf("X-Request-Id is %q, want %q", id, x.requestID())
	}
}

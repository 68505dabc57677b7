package functions_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	runtimePath = "/2018-06-01/runtime/"
	mostPayload = 6 << 20 // bytes of a payload and of a response: AWS Lambda's quota for synchronous invocations
)

// runtimeAPI is AWS Lambda's Runtime API for one instance: it hands over one
// invocation at a time and takes one outcome of each.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	t      *testing.T
	events chan event
	done   chan report

	mu  sync.Mutex
	due string // the request id of the invocation that has no outcome yet
}

// event is one invocation on its way to the instance.
type event struct {
	id       string
	payload  string
	deadline time.Time
}

// report is what the instance said of an invocation, or of its own start.
type report struct {
	kind string // "response", "error" or "init"
	body []byte
}

func newRuntimeAPI(t *testing.T) (api *runtimeAPI, address string) {
	api = &runtimeAPI{t: t, events: make(chan event, 1), done: make(chan report, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimePath+"invocation/next", api.next)
	mux.HandleFunc("POST "+runtimePath+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { api.take(w, r, "response") })
	mux.HandleFunc("POST "+runtimePath+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { api.take(w, r, "error") })
	mux.HandleFunc("POST "+runtimePath+"init/error", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		api.done <- report{"init", body}
		accept(w)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the function calls %s %s", r.Method, r.URL.Path)
		http.NotFound(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return api, strings.TrimPrefix(server.URL, "http://")
}

// next waits, for as long as it takes, for the next invocation.
func (api *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	if due := api.settle(""); due != "" {
		api.t.Errorf("the function asks for the next invocation before it has answered %s", due)
	}
	select {
	case e := <-api.events:
		api.settle(e.id)
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", e.id)
		h.Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(e.deadline.UnixMilli()))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:rekey")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1")
		io.WriteString(w, e.payload)
	case <-r.Context().Done(): // the instance has ended
	}
}

// settle sets what is due and returns what was.
func (api *runtimeAPI) settle(id string) (was string) {
	api.mu.Lock()
	defer api.mu.Unlock()
	was, api.due = api.due, id
	return was
}

// take takes an outcome, which must be that of the invocation that is due.
func (api *runtimeAPI) take(w http.ResponseWriter, r *http.Request, kind string) {
	body, err := io.ReadAll(r.Body)
	switch due := api.settle(""); {
	case err != nil:
		api.t.Error(err)
	case r.PathValue("id") != due:
		api.t.Errorf("an outcome of %s, but %q is due", r.PathValue("id"), due)
		http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
	case len(body) > mostPayload:
		api.t.Errorf("a response of %d bytes", len(body))
		http.Error(w, `{"errorType":"Function.ResponseSizeTooLarge"}`, http.StatusRequestEntityTooLarge)
	default:
		api.done <- report{kind, body}
		accept(w)
	}
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

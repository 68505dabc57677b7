package platform

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	runtimePath = "/2018-06-01/runtime/invocation/"
	mostAnswer  = 6 << 20 // bytes of a response: AWS Lambda's quota for synchronous invocations
)

// runtimeAPI is AWS Lambda's Runtime API for one instance: it hands over one
// event at a time and takes one outcome of each.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	in     *instance
	server *http.Server
	events chan *call
	ready  sync.Once

	mu      sync.Mutex // protects what follows
	due     *call      // handed over, and not done until the next event is asked for
	handed  time.Time
	outcome *outcome // of the one that is due, once there is one
}

var _ link = (*runtimeAPI)(nil)

func newRuntimeAPI(in *instance) *runtimeAPI {
	api := &runtimeAPI{in: in, events: make(chan *call, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimePath+"next", api.next)
	mux.HandleFunc("POST "+runtimePath+"{id}/response", api.response)
	mux.HandleFunc("POST "+runtimePath+"{id}/error", api.failure)
	api.server = &http.Server{Handler: mux}
	return api
}

func (api *runtimeAPI) hand(c *call) { api.events <- c }

// next ends the call before, and waits, for as long as it takes, for the next
// one. Only by asking for it does an instance say that it is done.
func (api *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	api.finish()
	api.ready.Do(func() { api.in.isReady(time.Since(api.in.begin)) })
	select {
	case c := <-api.events:
		api.mu.Lock()
		api.due, api.handed = c, time.Now()
		api.mu.Unlock()
		describe(w.Header(), c, api.in.f.config.Name)
		w.Write(c.payload)
	case <-r.Context().Done(): // the process has ended
	}
}

// describe sets what AWS Lambda says of an event.
func describe(h http.Header, c *call, function string) {
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", c.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(c.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:"+lambdaRegion+":123456789012:function:"+function)
	h.Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")
}

// finish ends the call that is due, if it has an outcome.
func (api *runtimeAPI) finish() {
	api.mu.Lock()
	due, o := api.due, api.outcome
	api.due, api.outcome = nil, nil
	api.mu.Unlock()
	if due != nil && o != nil {
		api.in.settle(due.id, *o)
	}
}

func (api *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil: // the process has ended
	case len(body) > mostAnswer:
		api.take(r, outcome{err: failed("a response of %d bytes, the most is %d", len(body), mostAnswer)})
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	default:
		api.take(r, outcome{answer: body})
		w.WriteHeader(http.StatusAccepted)
	}
}

func (api *runtimeAPI) failure(w http.ResponseWriter, r *http.Request) {
	if body, err := io.ReadAll(r.Body); err == nil {
		api.take(r, outcome{err: failed("%s", body)})
		w.WriteHeader(http.StatusAccepted)
	}
}

// take takes the outcome of the event that is due.
func (api *runtimeAPI) take(r *http.Request, o outcome) {
	api.mu.Lock()
	defer api.mu.Unlock()
	if api.due != nil && api.due.id == r.PathValue("id") {
		o.took = time.Since(api.handed)
		api.outcome = &o
	}
}

// close waits for what the process said last; a process that reports an
// outcome and ends asks for no next event.
func (api *runtimeAPI) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	api.server.Shutdown(ctx)
	api.server.Close()
	api.finish()
}

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
	runtimePath = "/2018-06-01/runtime/"
	mostAnswer  = 6 << 20 // bytes of a response: AWS Lambda's quota for synchronous invocations
)

// runtimeAPI is AWS Lambda's Runtime API for one instance: it hands over one
// event at a time and takes one outcome of each.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	in     *instance
	server *http.Server
	events chan *call

	mu      sync.Mutex // protects what follows
	asked   bool       // for an event, at least once
	due     *call      // handed over, and not done until the next event is asked for
	handed  time.Time
	outcome *outcome // of the one that is due, once there is one
}

var _ link = (*runtimeAPI)(nil)

func newRuntimeAPI(in *instance) *runtimeAPI {
	api := &runtimeAPI{in: in, events: make(chan *call, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimePath+"invocation/next", api.next)
	mux.HandleFunc("POST "+runtimePath+"invocation/{id}/response", api.response)
	mux.HandleFunc("POST "+runtimePath+"invocation/{id}/error", api.failure)
	mux.HandleFunc("POST "+runtimePath+"init/error", api.initError)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.NotFound(w, r)
		in.fault(failed("it calls %s %s, which the Runtime API does not have", r.Method, r.URL.Path))
	})
	api.server = &http.Server{Handler: mux}
	return api
}

func (api *runtimeAPI) hand(c *call) { api.events <- c }

// next ends the call before, and waits, for as long as it takes, for the next
// one. Only by asking for it does an instance say that it is done.
func (api *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	if due, answered := api.finish(); due != nil && !answered {
		refuse(w, http.StatusForbidden, "InvalidStateTransition")
		api.in.fault(failed("it asks for the next event before it has answered %s", due.id))
		return
	}
	api.mu.Lock()
	first := !api.asked
	api.asked = true
	api.mu.Unlock()
	if first {
		api.in.isReady(time.Since(api.in.begin))
	}
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
	h.Set("Lambda-Runtime-Invoked-Function-Arn", lambdaARN(function))
	h.Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")
}

// finish ends the call that is due, if it has an outcome.
func (api *runtimeAPI) finish() (due *call, answered bool) {
	api.mu.Lock()
	due, o := api.due, api.outcome
	api.due, api.outcome = nil, nil
	api.mu.Unlock()
	if due == nil || o == nil {
		return due, false
	}
	api.in.settle(due.id, *o)
	return due, true
}

func (api *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil: // the process has ended
	case len(body) > mostAnswer:
		if api.take(w, r, outcome{err: failed("a response of %d bytes, the most is %d", len(body), mostAnswer)}) {
			refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge")
		}
	case api.take(w, r, outcome{answer: body}):
		accept(w)
	}
}

func (api *runtimeAPI) failure(w http.ResponseWriter, r *http.Request) {
	if body, err := io.ReadAll(r.Body); err == nil && api.take(w, r, outcome{err: failed("%s", body)}) {
		accept(w)
	}
}

// take takes an outcome, which must be that of the event that is due, and the
// only one.
func (api *runtimeAPI) take(w http.ResponseWriter, r *http.Request, o outcome) bool {
	api.mu.Lock()
	id := r.PathValue("id")
	due := api.due != nil && api.due.id == id && api.outcome == nil
	if due {
		o.took = time.Since(api.handed)
		api.outcome = &o
	} else {
		api.outcome = nil // the call fails with what is wrong here
	}
	api.mu.Unlock()
	if !due {
		refuse(w, http.StatusBadRequest, "InvalidRequestID")
		api.in.fault(failed("it reports an outcome of %.40q, which is not due", id))
	}
	return due
}

// initError ends an instance that cannot serve: its first call fails.
func (api *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	accept(w)
	api.in.fault(failed("it cannot start: %s", body))
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, `{"errorType":"`+kind+`"}`)
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

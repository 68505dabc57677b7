package server

import (
	"net/http"
	"net/url"
	"strconv"

	"rekey/shared/api"
	"rekey/shared/rest"
)

// Handler answers the API's paths and /healthz.
func Handler(a *rest.API, options ...Option) http.Handler {
	h := &handler{api: a, bodies: newBodies(BodyMemory), memory: make(chan *rest.Memory, keptMemory)}
	for _, set := range options {
		set(h)
	}
	return h
}

// Option is what a Handler does otherwise than by default.
type Option func(*handler)

type handler struct {
	api    *rest.API
	pages  pages
	bodies *bodies
	memory chan *rest.Memory // of requests that are over
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := header(r.Header, "X-Request-Id")
	path := r.URL.EscapedPath() // as it was sent
	if path == "/healthz" {
		probe(w, r, nil)
		return
	}
	q := &rest.Request{Method: r.Method, Path: path, RequestID: id,
		Encodings: r.Header["Content-Encoding"], Memory: h.take()}
	defer h.release(q.Memory)
	held, refusal := h.read(w, r, q)
	defer h.bodies.room.Release(held)
	q.Refusal = refusal
	send(w, h.api.Serve(r.Context(), 0, q))
}

// read reads the query and the body, or says why there is no request.
func (h *handler) read(w http.ResponseWriter, r *http.Request, q *rest.Request) (held int64, refusal *api.Error) {
	if refusal := h.pages.refuse(r); refusal != nil {
		return 0, refusal
	}
	if r.URL.RawQuery != "" {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return 0, api.Errorf(api.InvalidArgument, "the query of the path is not well-formed")
		}
		q.Query = query
	}
	return h.bodies.read(w, r, q)
}

// header is h.Get for a name that is canonical as it stands.
func header(h http.Header, name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// keptMemory is how many requests' memories are kept for the next: those of
// requests that are worked on concurrently, not of all that wait for a body.
const keptMemory = 32

// The API keeps nothing of a request's memory, nor does the HTTP library of
// what it has written. The memory is wiped before it is used again, for it
// held a plaintext.
func (h *handler) take() *rest.Memory {
	select {
	case m := <-h.memory:
		return m
	default:
		return new(rest.Memory)
	}
}

func (h *handler) release(m *rest.Memory) {
	m.Wipe()
	select {
	case h.memory <- m:
	default:
	}
}

// send writes a response, and a line break for those who read it in a
// terminal.
func send(w http.ResponseWriter, r *rest.Response) {
	body := append(r.Body, '\n')
	h := w.Header()
	values := make([]string, 0, 5) // of all headers, rather than a slice for each
	set := func(name, value string) {
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)] // the names are canonical
	}
	r.Header(set)
	set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(r.Status)
	w.Write(body) // an error means that the client went away
}

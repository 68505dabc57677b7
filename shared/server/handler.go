package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"rekey/shared/api"
	"rekey/shared/rest"
)

// Handler answers the API's paths and /healthz. Whoever reaches it may use
// every key.
func Handler(a *rest.API) http.Handler { return &handler{api: a} }

type handler struct {
	api    *rest.API
	memory sync.Pool // of *rest.Memory
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := header(r, "X-Request-Id")
	path := r.URL.EscapedPath() // as it was sent
	if path == "/healthz" {
		probe(w, r, nil)
		return
	}
	m := h.take()
	defer h.release(m)
	q := &rest.Request{Method: r.Method, Path: path, RequestID: id, Principal: api.Anonymous, Memory: m}
	q.Refusal = read(w, r, q)
	send(w, h.api.Serve(r.Context(), 0, q))
}

// read reads the query and the body, or says why there is no request.
func read(w http.ResponseWriter, r *http.Request, q *rest.Request) *api.Error {
	if !sameMachine(header(r, "Origin")) {
		return api.Errorf(api.PermissionDenied,
			"requests of web pages from elsewhere are refused: this server authenticates nobody, so a page could use its keys")
	}
	if r.URL.RawQuery != "" {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return api.Errorf(api.InvalidArgument, "the query of the path is not well-formed")
		}
		q.KeyIDs = query["keyId"]
	}
	if err := readBody(w, r, q); err != nil {
		return api.Errorf(api.InvalidArgument, "the body could not be read to its end")
	}
	return nil
}

// header is r.Header.Get for a name that is canonical as it stands.
func header(r *http.Request, name string) string {
	if values := r.Header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// readBody reads at most api.MaxBody bytes.
func readBody(w http.ResponseWriter, r *http.Request, q *rest.Request) error {
	size := r.ContentLength
	if size > api.MaxBody && header(r, "Expect") != "" {
		q.TooLarge = true
		return nil // the client waits for a word before it sends, and gets ours
	}
	if 0 <= size && size <= api.MaxBody {
		return readExactly(r.Body, q, int(size))
	}
	err := readAll(http.MaxBytesReader(w, r.Body, api.MaxBody), q)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		q.TooLarge = true
		return nil
	}
	return err
}

// readAll reads a body that ends, or fails, after api.MaxBody bytes.
func readAll(body io.Reader, q *rest.Request) error {
	room := q.Memory.Take(api.MaxBody + 1) // growing later would leave copies behind
	for n := 0; ; {
		more, err := body.Read(room[n:])
		n += more
		q.Body = room[:n]
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readExactly reads a body whose size is known, and which the HTTP library
// ends there.
func readExactly(body io.ReadCloser, q *rest.Request, size int) error {
	q.Body = q.Memory.Take(size)
	_, err := io.ReadFull(body, q.Body)
	if err == nil {
		body.Close() // at its end, which spares the HTTP library a look for more
	}
	return err
}

// The API keeps nothing of a request's memory, nor does the HTTP library of
// what it has written. The memory is wiped before it is used again, for it
// held a plaintext.
func (h *handler) take() *rest.Memory {
	if m, ok := h.memory.Get().(*rest.Memory); ok {
		return m
	}
	return new(rest.Memory)
}

func (h *handler) release(m *rest.Memory) {
	m.Wipe()
	h.memory.Put(m)
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

// sameMachine reports whether a request comes from no web page, or from one
// of this machine. Browsers name the page's origin in every POST, and any
// page can make one to a loopback address (DNS rebinding lets it read the
// answer too).
func sameMachine(origin string) bool {
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	web := u.Scheme == "http" || u.Scheme == "https"
	return web && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

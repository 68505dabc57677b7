package gateway

import (
	"net/http"
	"strings"
)

// DirectOptions are what a direct call is answered by.
type DirectOptions struct {
	// Invoker reports whether the owner of an IAM token may call the function:
	// has the role functions.functionInvoker on it.
	Invoker func(token string) bool
	// StatusOf is as in Options.
	StatusOf func(error) int
}

// Direct is https://functions.yandexcloud.net/ID: the function called with an
// IAM token and without a gateway. With integration=raw in the query the event
// is the body, and the answer the function's as it stands.
func Direct(f Function, o DirectOptions) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := direct(w, r, f, o); err != nil {
			sendRefusal(w, err)
		}
	})
}

func direct(w http.ResponseWriter, r *http.Request, f Function, o DirectOptions) error {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !found:
		return refuse(http.StatusUnauthorized, "Unauthorized")
	case !o.Invoker(token):
		return refuse(http.StatusForbidden, "Forbidden")
	}
	body, err := readBody(r)
	if err != nil {
		return err
	}
	statusOf := Options{StatusOf: o.StatusOf}.statusOf
	if r.URL.Query().Get("integration") == "raw" {
		data, err := f.Invoke(r.Context(), body)
		if err != nil {
			return &refusal{statusOf(err), http.StatusText(statusOf(err))}
		}
		(&answer{StatusCode: http.StatusOK, Headers: map[string]string{"Content-Type": "application/json"}, body: data}).send(w)
		return nil
	}
	a, err := invoke(r.Context(), f, (&call{request: r, body: body, id: newID()}).event(), statusOf)
	if err != nil {
		return err
	}
	a.send(w)
	return nil
}

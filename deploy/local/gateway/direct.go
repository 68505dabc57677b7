package gateway

import (
	"errors"
	"net/http"
	"strings"
)

// Caller is whom an IAM token belongs to.
type Caller struct {
	Subject string // an id of a service account, say, for the log
	Invoker bool   // has the role functions.functionInvoker
}

// Direct makes https://functions.yandexcloud.net: /<id> calls the function
// with this id, whatever the method, and whoever is calling must be an
// invoker. who says whom a bearer token belongs to, nil if it is nobody's.
//
// With the query integration=raw the event is the request's body and the
// answer's body the function's answer, as yc serverless function invoke has it.
func Direct(o Options, who func(token string) *Caller) http.Handler {
	return &direct{o.withDefaults(), who}
}

type direct struct {
	options Options
	who     func(string) *Caller
}

func (d *direct) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := arrive(r, d.options)
	in.options.KeepCredentials = false // the platform's own tokens never reach a function
	if err := d.serve(w, in); err != nil {
		in.refuse(w, err, directError)
	}
}

func (d *direct) serve(w http.ResponseWriter, in *arrival) error {
	f, err := d.find(in)
	if err != nil {
		return err
	}
	if err := d.authorize(in); err != nil {
		return err
	}
	if err := in.readBody(w, mostOfFunction); err != nil {
		return err
	}
	switch in.URL.Query().Get("integration") {
	case "":
		return d.http(w, in, f)
	case "raw":
		return d.raw(w, in, f)
	}
	return refuse(http.StatusBadRequest, "integration: raw alone is done here")
}

func (d *direct) http(w http.ResponseWriter, in *arrival, f Function) error {
	none := map[string]string{}
	raw, err := in.tell(f, event01{common: in.common(), PathParameters: none, Parameters: none,
		ParameterLists: map[string][]string{}})
	if err != nil {
		return err
	}
	a, err := readAnswer(raw, mostOfFunction)
	if err != nil {
		return err
	}
	a.write(w)
	return nil
}

func (d *direct) raw(w http.ResponseWriter, in *arrival, f Function) error {
	raw, err := in.invoke(f, in.body)
	if err != nil {
		return err
	}
	if len(raw) > mostOfFunction {
		return malformed(errors.New("the answer is too large"))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(raw)
	return nil
}

// find finds the function of a path. All of the path is the id.
func (d *direct) find(in *arrival) (Function, error) {
	id := strings.TrimPrefix(in.URL.Path, "/")
	if strings.Contains(id, "/") {
		return nil, refuse(http.StatusBadRequest, "Invalid functionID: "+in.URL.Path)
	}
	if tag := in.URL.Query().Get("tag"); d.options.Functions[id] == nil || tag != "" && tag != "$latest" {
		return nil, refuse(http.StatusNotFound, "Not Found")
	}
	return d.options.Functions[id], nil
}

func (d *direct) authorize(in *arrival) error {
	token, ok := strings.CutPrefix(in.Header.Get("Authorization"), "Bearer ")
	if !ok || token == "" {
		return refuse(http.StatusForbidden, "Forbidden")
	}
	switch caller := d.who(token); {
	case caller == nil:
		return refuse(http.StatusUnauthorized, "Unauthorized")
	case !caller.Invoker:
		return refusal{http.StatusForbidden, "Forbidden", errors.New(caller.Subject +
			" is no functions.functionInvoker")}
	}
	return nil
}

// directError is the body of an error. Where the function is at fault, the
// header says so.
func directError(h http.Header, e refusal) any {
	kind := "ClientError"
	switch e.status {
	case http.StatusBadRequest:
		kind = "ProxyIntegrationError"
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		kind = "ProxyIntegrationError"
		h.Set("X-Function-Error", "true")
	}
	return map[string]any{"errorCode": e.status, "errorMessage": e.message, "errorType": kind}
}

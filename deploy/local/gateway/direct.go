package gateway

import (
	"fmt"
	"net/http"
	"strings"
)

// Direct makes https://functions.yandexcloud.net: /<id> calls the function
// with this id, whatever the method, for anyone who brings an invoker's token.
//
// With the query integration=raw the event is the request's body and the
// answer's body the function's answer, as yc serverless function invoke has it.
func Direct(o Options, token string) http.Handler {
	return platform{mostOfFunction, o.Log, func(in *arrival) (*answer, error) { return o.direct(in, token) },
		directError}
}

func (o Options) direct(in *arrival, token string) (*answer, error) {
	id := strings.TrimPrefix(in.URL.Path, "/")
	f := o.Functions[id]
	switch {
	case strings.Contains(id, "/"):
		return nil, refusal{http.StatusBadRequest, "Invalid functionID: " + in.URL.Path, nil}
	case f == nil:
		return nil, refuse(http.StatusNotFound, nil)
	case in.Header.Get("Authorization") != "Bearer "+token:
		return nil, refuse(http.StatusForbidden, nil)
	}
	if err := in.readBody(); err != nil {
		return nil, err
	}
	if in.URL.Query().Get("integration") == "raw" {
		return in.raw(f)
	}
	none := map[string]string{}
	raw, err := in.tell(f, event01{common: in.common(), PathParameters: none, Parameters: none,
		ParameterLists: map[string][]string{}})
	if err != nil {
		return nil, err
	}
	return readAnswer(raw, mostOfFunction)
}

func (in *arrival) raw(f Function) (*answer, error) {
	raw, err := in.invoke(f, in.body)
	if err != nil {
		return nil, err
	}
	if len(raw) > mostOfFunction {
		return nil, refuse(http.StatusBadGateway, fmt.Errorf("the answer has %d bytes", len(raw)))
	}
	return &answer{Status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: raw}, nil
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

package gateway

import (
	"encoding/base64"
	"mime"
	"net/http"
)

// common is what all events of Yandex have.
type common struct {
	Method         string              `json:"httpMethod"`
	Headers        map[string]string   `json:"headers"`
	HeaderLists    map[string][]string `json:"multiValueHeaders"`
	Query          map[string]string   `json:"queryStringParameters"`
	QueryLists     map[string][]string `json:"multiValueQueryStringParameters"`
	RequestContext requestContext      `json:"requestContext"`
	Body           string              `json:"body"`
	Base64         bool                `json:"isBase64Encoded"`
}

type requestContext struct {
	Identity struct {
		SourceIP  string `json:"sourceIp"`
		UserAgent string `json:"userAgent"`
	} `json:"identity"`
	Method    string `json:"httpMethod"`
	RequestID string `json:"requestId"`
	Time      string `json:"requestTime"`
	TimeEpoch int64  `json:"requestTimeEpoch"` // seconds

	// Only of a gateway.
	Authorizer *authorization `json:"authorizer,omitempty"`
	APIGateway *apiGateway    `json:"apiGateway,omitempty"`
}

// apiGateway has an operation's context, which no operation has here.
type apiGateway struct {
	OperationContext struct{} `json:"operationContext"`
}

// event01 is payload format 0.1, and the event of a direct call, in which
// paths and parameters are empty.
type event01 struct {
	URL  string `json:"url"`  // the actual path, ? and the query
	Path string `json:"path"` // the path in the document
	common
	PathParameters map[string]string   `json:"pathParams"`
	Parameters     map[string]string   `json:"params"`
	ParameterLists map[string][]string `json:"multiValueParams"`
}

// event10 is payload format 1.0.
type event10 struct {
	Version  string `json:"version"`
	Resource string `json:"resource"` // the path in the document
	Path     string `json:"path"`     // the actual path
	common
	PathParameters map[string]string   `json:"pathParameters"`
	Parameters     map[string]string   `json:"parameters"`
	ParameterLists map[string][]string `json:"multiValueParameters"`
	OperationID    string              `json:"operationId"`
}

// event is what the operation's function is called with.
func (o *operation) event(in *arrival, path map[string]string, caller *authorization) any {
	c := in.common()
	c.RequestContext.Authorizer, c.RequestContext.APIGateway = caller, new(apiGateway)
	lists := o.declared(in, path)
	if format := o.integration.Format; format == "1.0" {
		return event10{format, o.template, in.URL.EscapedPath(), c, path, last(lists), lists, o.id}
	}
	return event01{in.URL.EscapedPath() + "?" + in.URL.RawQuery, o.template, c, path, last(lists), lists}
}

func (in *arrival) common() common {
	headers, query := in.headers(), in.URL.Query()
	c := common{Method: in.Method, Headers: last(headers), HeaderLists: headers, Query: last(query), QueryLists: query}
	c.RequestContext = requestContext{Method: in.Method, RequestID: in.id, Time: in.at.Format(clf),
		TimeEpoch: in.at.Unix()}
	c.RequestContext.Identity.SourceIP, c.RequestContext.Identity.UserAgent = in.ip, in.UserAgent()
	c.Body, c.Base64 = string(in.body), false
	if media, _, _ := mime.ParseMediaType(in.Header.Get("Content-Type")); media != "application/json" {
		c.Body, c.Base64 = base64.StdEncoding.EncodeToString(in.body), true
	}
	return c
}

// clf is the time in the Common Log Format.
const clf = "02/Jan/2006:15:04:05 -0700"

// taken are the headers that functions do not get (page function-invoke,
// "Message headers").
var taken = []string{"Expect", "Te", "Trailer", "Upgrade", "Proxy-Authenticate", "Authorization", "Connection",
	"Content-Md5", "Max-Forwards", "Server", "Transfer-Encoding", "Www-Authenticate", "Cookie"}

// headers are the request's, as a function gets them.
func (in *arrival) headers() http.Header {
	h := in.Header.Clone()
	for _, name := range taken {
		h.Del(name)
	}
	h.Set("Host", in.Host)
	h.Set("X-Request-Id", in.id)
	h.Set("X-Forwarded-For", in.forwardedFor())
	return h
}

// forwardedFor is what a proxy makes of X-Forwarded-For: the last address is
// the one that it saw itself.
func (in *arrival) forwardedFor() string {
	if before := in.Header.Get("X-Forwarded-For"); before != "" {
		return before + ", " + in.ip
	}
	return in.ip
}

// last has the last value of each list.
func last[L ~map[string][]string](lists L) map[string]string {
	values := make(map[string]string, len(lists))
	for name, list := range lists {
		values[name] = list[len(list)-1]
	}
	return values
}

// declared are the values of the parameters that the document declares in path
// and query.
func (o *operation) declared(in *arrival, path map[string]string) map[string][]string {
	lists := map[string][]string{}
	for name, value := range path {
		lists[name] = []string{value}
	}
	query := in.URL.Query()
	for _, p := range o.parameters {
		if values := query[p.Value.Name]; p.Value.In == "query" && len(values) > 0 {
			lists[p.Value.Name] = values
		}
	}
	return lists
}

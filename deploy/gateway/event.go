package gateway

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"
)

// call is a request on its way to a function.
type call struct {
	request    *http.Request
	body       []byte
	id         string
	route      *route // nil for a direct call
	parameters map[string]string
	authorizer map[string]any // nil if nobody was asked
}

type object = map[string]any

// event is what the function gets, in the payload format of the route.
func (c *call) event() []byte {
	e := c.common()
	parameters, many := c.pathParameters()
	switch {
	case c.route == nil:
		e["url"], e["path"] = "", ""
		e["params"], e["multiValueParams"], e["pathParams"] = object{}, object{}, object{}
	case c.route.format == "0.1":
		e["url"], e["path"] = c.request.URL.EscapedPath()+"?"+c.request.URL.RawQuery, c.route.path
		e["params"], e["multiValueParams"], e["pathParams"] = parameters, many, parameters
	default:
		e["version"], e["resource"], e["path"] = "1.0", c.route.path, c.request.URL.EscapedPath()
		e["parameters"], e["multiValueParameters"], e["pathParameters"] = parameters, many, parameters
		e["operationId"] = c.route.operationID
	}
	data, err := json.Marshal(e)
	if err != nil {
		panic("gateway: " + err.Error()) // strings and numbers alone
	}
	return data
}

// common is what every format has.
func (c *call) common() object {
	r := c.request
	headers, many := c.headers()
	query, manyQuery := flat(map[string][]string(r.URL.Query()))
	body, encoded := encodeBody(r.Header.Get("Content-Type"), c.body)
	now := time.Now().UTC()
	about := object{
		"identity": object{"sourceIp": sourceIP(r), "userAgent": r.UserAgent()}, "httpMethod": r.Method, "requestId": c.id,
		"requestTime": now.Format("2/Jan/2006:15:04:05 -0700"), "requestTimeEpoch": now.Unix(),
	}
	if c.route != nil {
		about["apiGateway"] = object{"operationContext": object{}}
	}
	if c.authorizer != nil {
		about["authorizer"] = c.authorizer
	}
	return object{"httpMethod": r.Method, "headers": headers, "multiValueHeaders": many, "queryStringParameters": query,
		"multiValueQueryStringParameters": manyQuery, "requestContext": about, "body": body, "isBase64Encoded": encoded}
}

// headers are the request's without what platforms withhold from functions,
// and with what they add.
func (c *call) headers() (map[string]string, map[string][]string) {
	h := c.request.Header.Clone()
	h.Del("Authorization")
	h.Del("Cookie")
	h.Set("Host", c.request.Host)
	h.Set("X-Request-Id", c.id)
	h.Set("X-Forwarded-For", sourceIP(c.request))
	return flat(h)
}

// flat is the last value of each name, and all of them.
func flat(values map[string][]string) (map[string]string, map[string][]string) {
	last := map[string]string{}
	for name, all := range values {
		if len(all) > 0 {
			last[name] = all[len(all)-1]
		}
	}
	return last, values
}

func (c *call) pathParameters() (map[string]string, map[string][]string) {
	many := map[string][]string{}
	for name, value := range c.parameters {
		many[name] = []string{value}
	}
	return c.parameters, many
}

// encodeBody is base64 for what is not taken for text.
func encodeBody(contentType string, body []byte) (text string, encoded bool) {
	if kind, _, err := mime.ParseMediaType(contentType); err == nil && strings.EqualFold(kind, "application/json") {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

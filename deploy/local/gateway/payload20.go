package gateway

import (
	"encoding/base64"
	"mime"
	"strings"
)

// event20 is payload format 2.0.
type event20 struct {
	Version        string            `json:"version"`
	RouteKey       string            `json:"routeKey"`
	RawPath        string            `json:"rawPath"`
	RawQuery       string            `json:"rawQueryString"`
	Cookies        []string          `json:"cookies,omitempty"`
	Headers        map[string]string `json:"headers"`
	Query          map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext context20         `json:"requestContext"`
	Body           string            `json:"body,omitempty"`
	Base64         bool              `json:"isBase64Encoded"`
}

type context20 struct {
	AccountID      string  `json:"accountId"`
	APIID          string  `json:"apiId"`
	Authentication *string `json:"authentication"` // null
	Authorizer     struct {
		IAM iam `json:"iam"`
	} `json:"authorizer"`
	DomainName   string `json:"domainName"`
	DomainPrefix string `json:"domainPrefix"`
	HTTP         struct {
		Method    string `json:"method"`
		Path      string `json:"path"`
		Protocol  string `json:"protocol"`
		SourceIP  string `json:"sourceIp"`
		UserAgent string `json:"userAgent"`
	} `json:"http"`
	RequestID string `json:"requestId"`
	RouteKey  string `json:"routeKey"`
	Stage     string `json:"stage"`
	Time      string `json:"time"`
	TimeEpoch int64  `json:"timeEpoch"` // milliseconds
}

type iam struct {
	AccessKey       string  `json:"accessKey"`
	AccountID       string  `json:"accountId"`
	CallerID        string  `json:"callerId"`
	CognitoIdentity *string `json:"cognitoIdentity"` // null
	PrincipalOrgID  *string `json:"principalOrgId"`  // null
	UserARN         string  `json:"userArn"`
	UserID          string  `json:"userId"`
}

func (u *functionURL) event(in *arrival, key string) event20 {
	e := event20{Version: "2.0", RouteKey: "$default", RawPath: in.URL.EscapedPath(), RawQuery: in.URL.RawQuery}
	e.Headers, e.Query, e.Cookies = in.lowerHeaders(), joined(in.URL.Query()), in.cookies()
	e.Body, e.Base64 = string(in.body), false
	if len(in.body) > 0 && !isText(in.Header.Get("Content-Type")) {
		e.Body, e.Base64 = base64.StdEncoding.EncodeToString(in.body), true
	}
	c := &e.RequestContext
	c.AccountID, c.APIID, c.DomainPrefix, c.DomainName = u.account, u.id, u.id, u.id+".lambda-url."+u.region+".on.aws"
	c.RequestID, c.RouteKey, c.Stage, c.Time, c.TimeEpoch = in.id, "$default", "$default", in.at.Format(clf),
		in.at.UnixMilli()
	c.HTTP.Method, c.HTTP.Path, c.HTTP.Protocol, c.HTTP.SourceIP, c.HTTP.UserAgent = in.Method, e.RawPath, in.Proto,
		in.ip, in.UserAgent()
	who := u.verifier.identities[key]
	c.Authorizer.IAM = iam{AccessKey: key, AccountID: who.AccountID, CallerID: who.UserID, UserARN: who.ARN,
		UserID: who.UserID}
	return e
}

// lowerHeaders are the request's headers without credentials, several values
// of one in one string.
func (in *arrival) lowerHeaders() map[string]string {
	headers := map[string]string{}
	for name, value := range joined(in.Header) {
		headers[strings.ToLower(name)] = value
	}
	for _, name := range []string{"authorization", "x-amz-security-token", "cookie"} {
		delete(headers, name)
	}
	headers["host"], headers["x-forwarded-for"] = in.Host, in.forwardedFor()
	return headers
}

func (in *arrival) cookies() []string {
	var all []string
	for _, line := range in.Header.Values("Cookie") {
		for _, cookie := range strings.Split(line, ";") {
			all = append(all, strings.TrimSpace(cookie))
		}
	}
	return all
}

// joined has the values of each list with commas between them.
func joined[L ~map[string][]string](lists L) map[string]string {
	values := make(map[string]string, len(lists))
	for name, list := range lists {
		values[name] = strings.Join(list, ",")
	}
	return values
}

// isText tells the media types whose bodies are not base64.
func isText(contentType string) bool {
	switch media, _, _ := mime.ParseMediaType(contentType); media {
	case "application/json", "application/xml", "application/javascript":
		return true
	default:
		return strings.HasPrefix(media, "text/")
	}
}

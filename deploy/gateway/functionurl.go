package gateway

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	maxPayload = 6 << 20 // bytes of a request and of an answer: AWS Lambda's quota
	maxSkew    = 5 * time.Minute
	amzTime    = "20060102T150405Z"
	accountID  = "123456789012"
)

// URLOptions are whose requests a function URL takes, and what it answers for
// a call without an answer.
type URLOptions struct {
	Region string
	// Caller is an IAM user who may invoke the function, by ARN, and the keys
	// that sign in the user's name.
	Caller      string
	Credentials aws.Credentials
	StatusOf    func(error) int  // as in Options
	Now         func() time.Time // nil is time.Now
}

// FunctionURL is a URL of AWS Lambda with AWS_IAM authentication: requests are
// signed with Signature Version 4, and the event has payload format 2.0.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func FunctionURL(f Function, o URLOptions) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := o.serve(w, r, f); err != nil {
			sendRefusal(w, err)
		}
	})
}

func (o URLOptions) serve(w http.ResponseWriter, r *http.Request, f Function) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	switch {
	case err != nil:
		return refuse(http.StatusBadRequest, "Bad request")
	case len(body) > maxPayload:
		return refuse(http.StatusRequestEntityTooLarge, "Request entity too large")
	case !o.signed(r, body):
		return refuse(http.StatusForbidden, "Forbidden")
	}
	a, err := invoke(r.Context(), f, o.event(r, body), Options{StatusOf: o.StatusOf}.statusOf)
	if err != nil {
		return err
	}
	a.send(w)
	return nil
}

// signed signs the request once more, with the headers and the time that its
// signature names, and compares.
func (o URLOptions) signed(r *http.Request, body []byte) bool {
	given := r.Header.Get("Authorization")
	at, err := time.Parse(amzTime, r.Header.Get("X-Amz-Date"))
	if err != nil || o.Now().Sub(at).Abs() > maxSkew {
		return false
	}
	_, names, found := strings.Cut(given, "SignedHeaders=")
	names, _, _ = strings.Cut(names, ",")
	if !found || !strings.Contains(";"+names+";", ";host;") {
		return false
	}
	again, err := http.NewRequestWithContext(r.Context(), r.Method, "https://"+r.Host+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return false
	}
	for _, name := range strings.Split(names, ";") {
		if values := r.Header.Values(name); len(values) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	if !strings.Contains(";"+names+";", ";content-length;") {
		again.ContentLength = -1 // or the signer would sign it
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), o.Credentials, again, hex.EncodeToString(sum[:]), "lambda", o.Region, at); err != nil {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(compact(again.Header.Get("Authorization"))), []byte(compact(given))) == 1
}

// compact leaves out spaces, which some clients put after commas and some not.
func compact(s string) string { return strings.ReplaceAll(s, " ", "") }

// event has payload format 2.0.
func (o URLOptions) event(r *http.Request, body []byte) []byte {
	now, id := o.Now().UTC(), newID()
	text, encoded := urlBody(r.Header.Get("Content-Type"), body)
	headers := map[string]string{"host": r.Host, "x-forwarded-for": sourceIP(r)}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	delete(headers, "authorization")
	delete(headers, "cookie")
	query := map[string]string{}
	for name, values := range r.URL.Query() {
		query[name] = strings.Join(values, ",")
	}
	e := object{"version": "2.0", "routeKey": "$default", "rawPath": r.URL.EscapedPath(), "rawQueryString": r.URL.RawQuery, "headers": headers,
		"requestContext": object{
			"accountId": accountID, "apiId": "urlid", "authentication": nil, "domainName": r.Host, "domainPrefix": "urlid",
			"authorizer": object{"iam": object{"accessKey": o.Credentials.AccessKeyID, "accountId": accountID, "callerId": "AIDAEXAMPLE", "cognitoIdentity": nil,
				"principalOrgId": nil, "userArn": o.Caller, "userId": "AIDAEXAMPLE"}},
			"http":      object{"method": r.Method, "path": r.URL.Path, "protocol": r.Proto, "sourceIp": sourceIP(r), "userAgent": r.UserAgent()},
			"requestId": id, "routeKey": "$default", "stage": "$default", "time": now.Format("02/Jan/2006:15:04:05 -0700"), "timeEpoch": now.UnixMilli(),
		},
		"body": text, "isBase64Encoded": encoded}
	if len(query) > 0 {
		e["queryStringParameters"] = query
	}
	data, err := json.Marshal(e)
	if err != nil {
		panic("gateway: " + err.Error()) // strings and numbers alone
	}
	return data
}

// urlBody is base64 for what is neither text nor one of a few types of
// applications.
func urlBody(contentType string, body []byte) (text string, encoded bool) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err == nil && (strings.HasPrefix(kind, "text/") || kind == "application/json" || kind == "application/xml" || kind == "application/javascript") {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

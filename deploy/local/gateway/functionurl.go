package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// URLOptions is a function URL with the auth type AWS_IAM.
type URLOptions struct {
	Region string
	Keys   aws.Credentials // who signs with these may call the function
	ARN    string          // whose keys they are
	Log    *slog.Logger    // as in Options
}

// The account that all of it belongs to, the id of the user that calls, and the URL's.
const (
	account = "123456789012"
	userID  = "AIDAEXAMPLE"
	urlID   = "urlid"
)

// FunctionURL makes an AWS Lambda function URL.
func FunctionURL(f Function, o URLOptions) http.Handler {
	return platform{mostOfLambda, o.Log, func(in *arrival) (*answer, error) { return o.serve(in, f) }, urlError}
}

func urlError(_ http.Header, e refusal) any { return map[string]any{"Message": e.message} }

func (o URLOptions) serve(in *arrival, f Function) (*answer, error) {
	if err := in.readBody(); err != nil {
		return nil, err
	}
	if !o.signed(in) {
		return nil, refuse(http.StatusForbidden, errors.New("not signed, or not so"))
	}
	event, err := json.Marshal(o.event(in))
	if err != nil {
		return nil, err
	}
	if len(event) > mostOfLambda {
		return nil, refuse(http.StatusRequestEntityTooLarge, nil)
	}
	raw, err := in.invoke(f, event)
	if err != nil {
		return nil, err
	}
	a, err := inferAnswer(raw)
	if err != nil {
		return nil, refusal{http.StatusBadGateway, "Internal Server Error", err}
	}
	return a, nil
}

// signed reports whether signing the request with the same headers and time
// gives the header Authorization that it has. The signer is AWS's own, so it is
// the caller's that is judged by it.
func (o URLOptions) signed(in *arrival) bool {
	_, names, _ := strings.Cut(in.Header.Get("Authorization"), "SignedHeaders=")
	names, _, _ = strings.Cut(names, ",")
	u := *in.URL
	again := &http.Request{Method: in.Method, URL: &u, Host: in.Host, Header: maps.Clone(in.Header)}
	maps.DeleteFunc(again.Header, func(name string, _ []string) bool {
		return !slices.Contains(strings.Split(names, ";"), strings.ToLower(name))
	})
	if strings.Contains(names, "content-length") {
		again.ContentLength = in.ContentLength
	}
	at, err := time.Parse("20060102T150405Z", in.Header.Get("X-Amz-Date"))
	sum := sha256.Sum256(in.body)
	return err == nil && v4.NewSigner().SignHTTP(context.Background(), o.Keys, again, hex.EncodeToString(sum[:]),
		"lambda",
		o.Region, at) == nil && again.Header.Get("Authorization") == in.Header.Get("Authorization")
}

// event is payload format 2.0. The function sees neither the signature nor
// cookies among the headers, and several values of one in one string.
func (o URLOptions) event(in *arrival) events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RouteKey: "$default", RawPath: in.URL.EscapedPath(),
		RawQueryString: in.URL.RawQuery, Headers: map[string]string{}, QueryStringParameters: joined(in.URL.Query()),
		Body: string(in.body)}
	for name, value := range joined(in.Header) {
		e.Headers[strings.ToLower(name)] = value
	}
	for _, name := range []string{"authorization", "x-amz-security-token", "cookie"} {
		delete(e.Headers, name)
	}
	e.Headers["host"], e.Headers["x-forwarded-for"] = in.Host, in.forwardedFor()
	for _, c := range in.Cookies() {
		e.Cookies = append(e.Cookies, c.String())
	}
	if len(in.body) > 0 && !isText(in.Header.Get("Content-Type")) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(in.body), true
	}
	e.RequestContext = events.APIGatewayV2HTTPRequestContext{RouteKey: "$default", Stage: "$default",
		AccountID: account,
		APIID:     urlID, DomainPrefix: urlID, DomainName: urlID + ".lambda-url." + o.Region + ".on.aws",
		RequestID: in.id,
		Time:      in.at.Format(clf), TimeEpoch: in.at.UnixMilli()}
	e.RequestContext.HTTP = events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: in.Method, Path: e.RawPath,
		Protocol: in.Proto, SourceIP: in.ip, UserAgent: in.UserAgent()}
	e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
		IAM: &events.APIGatewayV2HTTPRequestContextAuthorizerIAMDescription{AccessKey: o.Keys.AccessKeyID,
			AccountID: account, CallerID: userID, UserARN: o.ARN, UserID: userID}}
	return e
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
	media, _, _ := mime.ParseMediaType(contentType)
	return media == "application/json" || strings.HasPrefix(media, "text/")
}

// inferAnswer understands the answer of a function behind a function URL: any
// JSON without a statusCode is a body.
func inferAnswer(raw []byte) (*answer, error) {
	if len(raw) > mostOfLambda {
		return nil, errors.New("the answer is too large")
	}
	if !json.Valid(raw) {
		return nil, errors.New("the answer is not JSON")
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(raw, &members)
	a := &answer{Status: http.StatusOK, header: http.Header{}, body: raw}
	if members["statusCode"] != nil {
		var err error
		if a, err = decodeAnswer(raw); err != nil {
			return nil, err
		}
	}
	if a.header.Get("Content-Type") == "" {
		a.header.Set("Content-Type", "application/json")
	}
	return a, nil
}

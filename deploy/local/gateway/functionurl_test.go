package gateway_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"rekey/deploy/local/gateway"
)

var (
	keys  = aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "not really secret"}
	role  = aws.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "not secret either", SessionToken: "a session"}
	known = map[string]*gateway.Identity{
		keys.AccessKeyID: {SecretAccessKey: keys.SecretAccessKey, AccountID: "123456789012", UserID: "AIDAEXAMPLE",
			ARN: "arn:aws:iam::123456789012:user/ci"},
		role.AccessKeyID: {SecretAccessKey: role.SecretAccessKey, SessionToken: role.SessionToken,
			AccountID: "123456789012", UserID: "AROAEXAMPLE:ci", ARN: "arn:aws:sts::123456789012:assumed-role/ci/ci"},
	}
)

func newURL(t testing.TB) *world {
	t.Helper()
	w := bare(t)
	o := w.options()
	w.serve(t, gateway.FunctionURL(w.f, gateway.URLOptions{Identities: known, Status: statusOf, Log: o.Log,
		Now: o.Now}))
	return w
}

// signing is how a request is signed.
type signing struct {
	credentials     aws.Credentials
	service, region string
	at              time.Time
	body            string // instead of the request's, unless empty
}

var signed = signing{keys, "lambda", "eu-central-1", start, ""}

// sign signs a request, with the SDK's own signer.
func (s signing) sign(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			t.Fatal(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	if s.body != "" {
		body = []byte(s.body)
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(context.Background(), s.credentials, r, hex.EncodeToString(sum[:]), s.service,
		s.region, s.at); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestURLEvent: a call of a function URL makes the event that was recorded,
// and the time of the signature.
func TestURLEvent(t *testing.T) {
	want := recorded(t, "aws-function-url-encrypt.json")
	w := newURL(t)
	do(t, signed.sign(t, w.like(t, want, want["rawPath"].(string)))).want(t, "url", 200, "done")
	got := w.event(t)
	if date := got["headers"].(object)["x-amz-date"]; date != "20261123T142207Z" {
		t.Errorf("x-amz-date is %v", date)
	}
	delete(got["headers"].(object), "x-amz-date")
	differ(t, got, want)
}

// TestURLNames: members that the recorded request has no need of.
func TestURLNames(t *testing.T) {
	w := newURL(t)
	r := w.request(t, "PUT", "/a%3Ab/%D0%BA?q=1&q=%32&e", "", "X-A", "1", "X-A", "2", "Cookie", "a=b; c=d",
		"X-Forwarded-For", "198.51.100.1")
	do(t, signing{role, "lambda", "eu-central-1", start, ""}.sign(t, r)).want(t, "url", 200, "done")
	e := w.event(t)
	headers, iam := e["headers"].(object), e["requestContext"].(object)["authorizer"].(object)["iam"].(object)
	for _, row := range []struct{ name, got, want any }{
		{"path", e["rawPath"], "/a%3Ab/%D0%BA"},
		{"query", e["queryStringParameters"], object{"q": "1,2", "e": ""}},
		{"cookies", e["cookies"], []any{"a=b", "c=d"}},
		{"x-a", headers["x-a"], "1,2"},
		{"x-forwarded-for", headers["x-forwarded-for"], "198.51.100.1, 127.0.0.1"},
		{"authorization", headers["authorization"], nil},
		{"cookie", headers["cookie"], nil},
		{"session", headers["x-amz-security-token"], nil},
		{"body", e["body"], nil},
		{"base64", e["isBase64Encoded"], false},
		{"who", []any{iam["accessKey"], iam["userId"], iam["userArn"]},
			[]any{"ASIAEXAMPLE", "AROAEXAMPLE:ci", "arn:aws:sts::123456789012:assumed-role/ci/ci"}},
	} {
		if !reflect.DeepEqual(row.got, row.want) {
			t.Errorf("%s: got %v, want %v", row.name, row.got, row.want)
		}
	}
}

// TestURLBody: text is text, all else base64.
func TestURLBody(t *testing.T) {
	for contentType, text := range map[string]bool{"application/json": true, "application/json; charset=utf-8": true,
		"text/plain": true, "application/xml": true,
		"application/javascript": true, "": false, "application/octet-stream": false,
		"application/x-www-form-urlencoded": false, "image/png": false} {
		w := newURL(t)
		r := w.request(t, "POST", "/", `{"a":"б"}`)
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		do(t, signed.sign(t, r)).want(t, contentType, 200, "done")
		want := `{"a":"б"}`
		if !text {
			want = base64.StdEncoding.EncodeToString([]byte(want))
		}
		if e := w.event(t); e["body"] != want || e["isBase64Encoded"] != !text {
			t.Errorf("%s: got %v, base64: %v", contentType, e["body"], e["isBase64Encoded"])
		}
	}
}

// TestSigned: whatever else is signed with the request.
func TestSigned(t *testing.T) {
	w := newURL(t)
	for name, s := range map[string]signing{
		"a key":          signed,
		"a session":      {role, "lambda", "eu-central-1", start, ""},
		"4:59 ago":       {keys, "lambda", "eu-central-1", start.Add(-299 * time.Second), ""},
		"4:59 too early": {keys, "lambda", "eu-central-1", start.Add(299 * time.Second), ""},
	} {
		for _, path := range []string{"/", closedPath, "/kms/v1/keys/a%3Aencrypt", "/a%20b/%D0%BA%25?q=1&a=%2F+x&a",
			"/?"} {
			r := w.request(t, "POST", path, "")
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("{}")), 2 // is signed too
			r.Header.Set("X-Amz-Meta-A", "  a   b ")
			do(t, s.sign(t, r)).want(t, name+" "+path, 200, "done")
		}
	}
	r := w.request(t, "POST", "/", "{}")
	sum := sha256.Sum256([]byte("{}"))
	r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	do(t, signed.sign(t, r)).want(t, "with the body's sum", 200, "done")
}

// TestNotSigned: anything that is not as it was signed, or signed for
// something else, is answered alike.
func TestNotSigned(t *testing.T) {
	w := newURL(t)
	stranger, other, noSession, otherSession := keys, keys, role, role
	stranger.AccessKeyID, other.SecretAccessKey, noSession.SessionToken, otherSession.SessionToken = "AKIASTRANGER",
		"the secret of somebody else", "", "the session of somebody else"
	withSession := keys
	withSession.SessionToken = "a session"
	for name, row := range map[string]struct {
		s      signing
		change func(*http.Request)
	}{
		"not at all": {signed, func(r *http.Request) { r.Header.Del("Authorization") }},
		"twice": {signed, func(r *http.Request) {
			r.Header.Add("Authorization", r.Header.Get("Authorization"))
		}},
		"a stranger":         {signing{stranger, "lambda", "eu-central-1", start, ""}, nil},
		"another secret":     {signing{other, "lambda", "eu-central-1", start, ""}, nil},
		"no session":         {signing{noSession, "lambda", "eu-central-1", start, ""}, nil},
		"another session":    {signing{otherSession, "lambda", "eu-central-1", start, ""}, nil},
		"a session too much": {signing{withSession, "lambda", "eu-central-1", start, ""}, nil},
		"another service":    {signing{keys, "execute-api", "eu-central-1", start, ""}, nil},
		"another region":     {signing{keys, "lambda", "us-east-1", start, ""}, nil},
		"over 5 minutes ago": {signing{keys, "lambda", "eu-central-1", start.Add(-301 * time.Second), ""}, nil},
		"over 5 min. early":  {signing{keys, "lambda", "eu-central-1", start.Add(301 * time.Second), ""}, nil},
		"another body":       {signing{keys, "lambda", "eu-central-1", start, "{ }"}, nil},
		"another method":     {signed, func(r *http.Request) { r.Method = "PUT" }},
		"another path":       {signed, func(r *http.Request) { r.URL.Path = "/kms/v1/keys/other:encrypt" }},
		"another spelling": {signed, func(r *http.Request) {
			r.URL.RawPath = "/kms/v1/keys/e6qexamplekey0000001%3Aencrypt"
		}},
		"another query":     {signed, func(r *http.Request) { r.URL.RawQuery = "a=b" }},
		"another host":      {signed, func(r *http.Request) { r.Host = "other.lambda-url.eu-central-1.on.aws" }},
		"another type":      {signed, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }},
		"a signed one away": {signed, func(r *http.Request) { r.Header.Del("Content-Type") }},
		"another time":      {signed, func(r *http.Request) { r.Header.Set("X-Amz-Date", "20261123T142208Z") }},
		"no time":           {signed, func(r *http.Request) { r.Header.Del("X-Amz-Date") }},
		"amz- not signed":   {signed, func(r *http.Request) { r.Header.Set("X-Amz-Meta-A", "b") }},
		"host not signed":   {signed, inAuthorization("host;", "")},
		"a name twice":      {signed, inAuthorization("host;", "host;host;")},
		"no signature":      {signed, func(r *http.Request) { cutAuthorization(r, ", Signature=") }},
		"half a signature": {signed, func(r *http.Request) {
			h := r.Header.Get("Authorization")
			r.Header.Set("Authorization", h[:len(h)-32])
		}},
		"another algorithm":   {signed, inAuthorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")},
		"a bearer token":      {signed, func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }},
		"another credential":  {signed, inAuthorization("AKIAEXAMPLE", "ASIAEXAMPLE")},
		"another scope":       {signed, inAuthorization("/lambda/", "/s3/")},
		"scope without a key": {signed, inAuthorization("AKIAEXAMPLE/", "")},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.request(t, "POST", closedPath, "{}", "Content-Type", "application/json")
			row.s.sign(t, r)
			if row.change != nil {
				row.change(r)
			}
			do(t, r).want(t, name, 403, `{"Message":"Forbidden"}`)
		})
	}
	for _, sum := range []string{"UNSIGNED-PAYLOAD", strings.Repeat("0", 64)} {
		r := w.request(t, "POST", closedPath, "{}", "X-Amz-Content-Sha256", sum)
		do(t, signed.sign(t, r)).want(t, "the sum "+sum, 403, `{"Message":"Forbidden"}`)
	}
	if n := w.f.calls(); n > 0 {
		t.Errorf("the function was called %d times", n)
	}
	for _, c := range []aws.Credentials{keys, role, other} {
		if strings.Contains(w.log.String(), c.SecretAccessKey) || strings.Contains(w.log.String(), "Signature=") {
			t.Error("the log has a secret")
		}
	}
}

func inAuthorization(old, new string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
	}
}

func cutAuthorization(r *http.Request, from string) {
	before, _, _ := strings.Cut(r.Header.Get("Authorization"), from)
	r.Header.Set("Authorization", before)
}

// TestURLAnswer: what has a statusCode is an answer, any other JSON a body.
func TestURLAnswer(t *testing.T) {
	for answer, want := range map[string]struct {
		status  int
		headers map[string][]string
		body    string
	}{
		`{"statusCode":404,"headers":{"content-type":"text/plain"},"body":"x"}`: {404,
			map[string][]string{"Content-Type": {"text/plain"}}, "x"},
		`{"statusCode":200,"body":"/wA=","isBase64Encoded":true}`: {200,
			map[string][]string{"Content-Type": {"application/json"}}, "\xff\x00"},
		`{"statusCode":200,"cookies":["a=b; Secure","c=d"]}`: {200,
			map[string][]string{"Set-Cookie": {"a=b; Secure", "c=d"}}, ""},
		`{"keyId":"a"}`: {200, map[string][]string{"Content-Type": {"application/json"}},
			`{"keyId":"a"}`},
		`"Hello"`:                         {200, map[string][]string{"Content-Type": {"application/json"}}, `"Hello"`},
		`null`:                            {200, nil, `null`},
		`no JSON`:                         {502, nil, `{"Message":"Internal Server Error"}` + "\n"},
		`{"statusCode":"200"}`:            {502, nil, `{"Message":"Internal Server Error"}` + "\n"},
		`{"statusCode":200,"body":{}}`:    {502, nil, `{"Message":"Internal Server Error"}` + "\n"},
		`{"statusCode":200,"headers":[]}`: {502, nil, `{"Message":"Internal Server Error"}` + "\n"},
	} {
		w := newURL(t)
		w.f.answer = answer
		r := do(t, signed.sign(t, w.request(t, "POST", "/", "")))
		if r.StatusCode != want.status || r.body != want.body {
			t.Errorf("%s: got %d %q", answer, r.StatusCode, r.body)
		}
		for name, values := range want.headers {
			if got := r.Header.Values(name); !reflect.DeepEqual(got, values) {
				t.Errorf("%s: %s is %q, want %q", answer, name, got, values)
			}
		}
	}
}

func TestURLErrors(t *testing.T) {
	w := newURL(t)
	for want, err := range map[int]error{429: errBusy, 504: errTimeout, 502: errors.New("secret")} {
		w.f.err = err
		do(t, signed.sign(t, w.request(t, "POST", "/", ""))).want(t, err.Error(), want, `{"Message":"`+
			http.StatusText(want)+`"}`)
	}
}

// TestURLSizes: 6 MB for the event, which a body in base64 reaches early.
func TestURLSizes(t *testing.T) {
	w := newURL(t)
	text := strings.Repeat("x", lambdaMost-4096)
	do(t, signed.sign(t, w.request(t, "POST", "/", text, "Content-Type", "text/plain"))).want(t, "text", 200, "done")
	do(t, signed.sign(t, w.request(t, "POST", "/", text[:lambdaMost/4*3]))).want(t, "base64", 413,
		`{"Message":"Request Entity Too Large"}`)
	do(t, signed.sign(t, w.request(t, "POST", "/", text+strings.Repeat("x", 4097), "Content-Type",
		"text/plain"))).want(t, "too large a body", 413, "")
	w.f.answer = `"` + text + `"`
	do(t, signed.sign(t, w.request(t, "POST", "/", ""))).want(t, "an answer", 200, "")
	w.f.answer = `"` + text + strings.Repeat("x", 4096) + `"`
	do(t, signed.sign(t, w.request(t, "POST", "/", ""))).want(t, "too large an answer", 502, "")
}

package gateway_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"rekey/deploy/local/gateway"
)

var keys = aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "not really secret"}

const region = "eu-central-1"

func newURL(t testing.TB) *world {
	t.Helper()
	return serve(t, func(w *world) http.Handler {
		return gateway.FunctionURL(w, gateway.URLOptions{Region: region, Keys: keys,
			ARN: "arn:aws:iam::123456789012:user/ci", Log: w.options().Log})
	})
}

// signedWith signs a request with the SDK's signer; with a nil body, with the
// request's.
func signedWith(t testing.TB, r *http.Request, c aws.Credentials, service, region string, body []byte) *http.Request {
	t.Helper()
	if body == nil {
		copied, err := r.GetBody()
		if err == nil {
			body, err = io.ReadAll(copied)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(context.Background(), c, r, hex.EncodeToString(sum[:]), service, region,
		time.Now()); err != nil {
		t.Fatal(err)
	}
	return r
}

func signed(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	return signedWith(t, r, keys, "lambda", region, nil)
}

// TestNotSigned: a request that is not as it was signed, or signed for
// something else.
func TestNotSigned(t *testing.T) {
	w := newURL(t)
	stranger, other := keys, keys
	stranger.AccessKeyID, other.SecretAccessKey = "AKIASTRANGER", "the secret of somebody else"
	request := func() *http.Request {
		return w.request(t, "POST", closedPath+"?a=%2F+x&a", "{}", "X-Amz-Meta-A", " a  b ")
	}
	later := signed(t, request())
	later.Header.Set("X-Amz-Meta-A", "b")
	for name, r := range map[string]*http.Request{
		"not at all":        request(),
		"a stranger":        signedWith(t, request(), stranger, "lambda", region, nil),
		"another secret":    signedWith(t, request(), other, "lambda", region, nil),
		"another service":   signedWith(t, request(), keys, "execute-api", region, nil),
		"another region":    signedWith(t, request(), keys, "lambda", "us-east-1", nil),
		"another body":      signedWith(t, request(), keys, "lambda", region, []byte("[]")),
		"changed afterward": later,
	} {
		do(t, r).want(t, name, 403, `{"Message":"Forbidden"}`)
	}
	if n := len(w.events); n > 0 {
		t.Errorf("the function was called %d times", n)
	}
	do(t, signed(t, request())).want(t, "signed", 200, "done")
	if strings.Contains(w.log.String(), "Signature=") {
		t.Error("the log has a signature")
	}
}

// TestURLAnswer: what has a statusCode is an answer, any other JSON a body.
func TestURLAnswer(t *testing.T) {
	const failed, text = `{"Message":"Internal Server Error"}` + "\n", "text/plain"
	w := newURL(t)
	for answer, want := range map[string]struct {
		status      int
		contentType string
		body        string
	}{
		`{"statusCode":404,"headers":{"content-type":"text/plain"},"body":"x"}`: {404, text, "x"},
		`{"statusCode":200,"body":"/wA=","isBase64Encoded":true}`:               {200, "application/json", "\xff\x00"},
		`{"keyId":"a"}`:                   {200, "application/json", `{"keyId":"a"}`},
		`"Hello"`:                         {200, "application/json", `"Hello"`},
		`no JSON`:                         {502, "application/json", failed},
		`{"statusCode":"200"}`:            {502, "application/json", failed},
		`{"statusCode":200,"headers":[]}`: {502, "application/json", failed},
	} {
		w.answer = answer
		r := do(t, signed(t, w.request(t, "POST", "/", "")))
		if r.StatusCode != want.status || r.body != want.body || r.Header.Get("Content-Type") != want.contentType {
			t.Errorf("%s: got %d %q, %v", answer, r.StatusCode, r.body, r.Header)
		}
	}
}

// TestURLSizes: 6 MB for the event, which a body in base64 reaches early.
func TestURLSizes(t *testing.T) {
	w := newURL(t)
	text := strings.Repeat("x", lambdaMost-4096)
	send := func(body, contentType string) response {
		return do(t, signed(t, w.request(t, "POST", "/", body, "Content-Type", contentType)))
	}
	send(text, "text/plain").want(t, "text", 200, "done")
	send(text[:lambdaMost/4*3], "").want(t, "base64", 413, `{"Message":"Request Entity Too Large"}`)
	send(text+strings.Repeat("x", 4097), "text/plain").want(t, "too large a body", 413, "")
	w.answer = `"` + text + strings.Repeat("x", 4096) + `"`
	send("", "").want(t, "too large an answer", 502, "")
}

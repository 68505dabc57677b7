package gateway

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var signing = aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "example"}

// signed is a request with a signature of c, at a time.
func signed(t *testing.T, url, body string, c aws.Credentials, region string, at time.Time) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(context.Background(), c, r, hex.EncodeToString(sum[:]), "lambda", region, at); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestFunctionURL: who has not signed this very request is nobody.
func TestFunctionURL(t *testing.T) {
	f := &function{answer: fine}
	s := httptest.NewServer(FunctionURL(f, URLOptions{Region: "eu-central-1", Caller: "arn:aws:iam::123456789012:user/ci", Credentials: signing}))
	t.Cleanup(s.Close)
	url, now := s.URL+"/kms/v1/keys/e6q1:encrypt", time.Now()
	stranger := aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "another"}
	for name, row := range map[string]struct {
		request *http.Request
		change  func(*http.Request)
		status  int
	}{
		"good":            {signed(t, url, "{}", signing, "eu-central-1", now), nil, 200},
		"with a query":    {signed(t, url+"?keyId=e6q1", "{}", signing, "eu-central-1", now), nil, 200},
		"another secret":  {signed(t, url, "{}", stranger, "eu-central-1", now), nil, 403},
		"another region":  {signed(t, url, "{}", signing, "us-east-1", now), nil, 403},
		"old":             {signed(t, url, "{}", signing, "eu-central-1", now.Add(-10*time.Minute)), nil, 403},
		"unsigned":        {signed(t, url, "{}", signing, "eu-central-1", now), func(r *http.Request) { r.Header.Del("Authorization") }, 403},
		"bearer":          {signed(t, url, "{}", signing, "eu-central-1", now), func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 403},
		"another path":    {signed(t, url, "{}", signing, "eu-central-1", now), func(r *http.Request) { r.URL.Path = "/kms/v1/keys/e6q2:encrypt" }, 403},
		"another body":    {signed(t, url, "{}", signing, "eu-central-1", now), func(r *http.Request) { r.Body = io.NopCloser(bytes.NewReader([]byte("[]"))) }, 403},
		"another method":  {signed(t, url, "{}", signing, "eu-central-1", now), func(r *http.Request) { r.Method = http.MethodPut }, 403},
		"another's query": {signed(t, url, "{}", signing, "eu-central-1", now), func(r *http.Request) { r.URL.RawQuery = "keyId=e6q2" }, 403},
	} {
		if row.change != nil {
			row.change(row.request)
		}
		answer, err := http.DefaultClient.Do(row.request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != row.status {
			t.Errorf("%s: %d, want %d", name, answer.StatusCode, row.status)
		}
	}
	if n := len(f.events); n != 2 {
		t.Errorf("the function was called %d times, want 2", n)
	}
	w := &world{function: f, url: s.URL}
	answer, err := http.DefaultClient.Do(signed(t, w.url+"/kms/v1/keys/e6qexamplekey0000001:encrypt", "{}", signing, "eu-central-1", now))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	sameShape(t, "aws-function-url-encrypt.json", f.last(t))
}

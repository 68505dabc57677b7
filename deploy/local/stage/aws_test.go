package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"rekey/shared/key"
	"rekey/shared/rest/resttest"
)

// signer signs as a caller of a function URL does.
type signer struct{}

func (signer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(r.Context(), signing, r, hex.EncodeToString(sum[:]), "lambda", region,
		time.Now()); err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestAPIOnAWS holds what is deployed to AWS Lambda to the conformance suite of
// the API: function URL, program, Secrets Manager, the SDK and Lockbox's gRPC.
func TestAPIOnAWS(t *testing.T) {
	s := mustStage(t, options{platform: "aws", names: []string{"all"}})
	a, err := s.admin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	testAdministrator(t, s, "REKEY_CACHE_TTL=1s", "REKEY_OFFLINE_GRACE=5m")
	resttest.Run(t, resttest.Target{
		URL: s.urls["all"], Client: &http.Client{Transport: signer{}, Timeout: time.Minute},
		Stranger: &http.Client{},
		First:    s.keys[0].id, Second: s.keys[1].id, Concurrency: instances,
		Rotate: func(t *testing.T, id string) {
			if _, err := a.Rotate(ctx, key.ID(id), 0); err != nil {
				t.Fatal(err)
			}
		},
	})
}

// testAdministrator: who manages the stage's keys is told the bounds that its
// functions have, by which schedule-destruction goes.
func testAdministrator(t *testing.T, s *stage, want ...string) {
	for _, w := range want {
		if !slices.Contains(strings.Fields(s.adminEnv("")), w) {
			t.Errorf("the environment lacks %s:\n%s", w, s.adminEnv(""))
		}
	}
}

// TestSmokeAWS: deploy/smoke signs, and finds nothing wrong.
func TestSmokeAWS(t *testing.T) {
	s := mustStage(t, options{platform: "aws", names: operations})
	var out strings.Builder
	if err := s.smoke(ctx, &out); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

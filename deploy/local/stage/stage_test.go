package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"rekey/deploy/local/terraform"
	"rekey/shared/key"
	"rekey/shared/rest/resttest"
	"rekey/shared/slow"
)

var ctx = context.Background()

// plugins is the folder of what is built for all stages.
var plugins string

func TestMain(m *testing.M) {
	var err error
	if plugins, err = os.MkdirTemp("", "rekey-stage-test"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(plugins)
	os.Exit(status)
}

// mustStage starts a stage, with what its functions log in the test's log if it
// fails.
func mustStage(t *testing.T, o options) *stage {
	t.Helper()
	slow.Skip(t)
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("SKIP-NEEDS: gcc, to build plugins")
	}
	if _, err := terraform.Find(); err != nil {
		t.Skip(err)
	}
	if o.platform == "" {
		o.platform = "yandex"
	}
	o.plugins, o.progress, o.log = plugins, func(what string) { t.Log(what) }, io.Discard
	s, err := start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// bearer adds a token.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// TestAPI holds what is deployed to the conformance suite of the API, through
// gateway, plugins, the SDK and Lockbox's gRPC.
func TestAPI(t *testing.T) {
	s := mustStage(t, options{access: "jwt", routes: "literal"})
	a, err := s.admin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	resttest.Run(t, resttest.Target{
		URL: s.url, Client: &http.Client{Transport: bearer(s.token), Timeout: time.Minute}, Stranger: &http.Client{},
		// a quarter of what its instances take: other tests call as well
		First: s.keys[0].id, Second: s.keys[1].id, OnlyKeys: true, OnlyPOST: true, OwnRequestIDs: true, Concurrency: 16,
		Rotate: func(t *testing.T, id string) {
			if _, err := a.Rotate(ctx, key.ID(id), 0); err != nil {
				t.Fatal(err)
			}
		},
	})
	testAdministrator(t, s, "REKEY_CACHE_TTL=1s", "REKEY_OFFLINE_GRACE=300s")
	t.Run("tokens", func(t *testing.T) { testTokens(t, s) })
}

// testTokens: a token of the issuer for somebody else is nobody's here.
func testTokens(t *testing.T, s *stage) {
	later := jwt.NewNumericDate(time.Now().Add(time.Hour))
	for name, c := range map[string]jwt.Claims{
		"another audience": {Subject: "x", Audience: jwt.Audience{"other"}, Expiry: later},
		"over": {Subject: "x", Audience: jwt.Audience{audience},
			Expiry: jwt.NewNumericDate(time.Now().Add(-time.Hour))},
		"nobody":   {Audience: jwt.Audience{audience}, Expiry: later},
		"for ever": {Subject: "x", Audience: jwt.Audience{audience}},
	} {
		token, err := s.issuer.Token(c)
		if err != nil {
			t.Fatal(err)
		}
		r, err := (&http.Client{Transport: bearer(token)}).Post(s.url+"/kms/v1/keys/"+s.keys[0].id+":encrypt",
			"application/json", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != 401 && r.StatusCode != 403 {
			t.Errorf("%s: status %d", name, r.StatusCode)
		}
	}
}

// TestSmoke: deploy/smoke finds nothing wrong with any variant.
func TestSmoke(t *testing.T) {
	for _, o := range []options{{access: "jwt", routes: "parameter"}, {access: "iam", routes: "literal"}} {
		s := mustStage(t, o)
		if err := s.smoke(ctx, io.Discard); err != nil {
			t.Errorf("%s, %s: %v", o.access, o.routes, err)
		}
	}
}

// TestFlags: what is not understood builds nothing.
func TestFlags(t *testing.T) {
	over, cancel := context.WithCancel(ctx)
	cancel()
	for _, args := range [][]string{{"more"}, {"-platform", "gcp"}, {"-addr", "127.0.0.1:0"}} {
		if err := run(over, args, io.Discard); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// TestBrokenOff: a check that is broken off has not found everything right, and
// leaves nothing.
func TestBrokenOff(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	over, cancel := context.WithCancel(ctx)
	cancel()
	if err := run(over, []string{"-check"}, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}

// TestOurs: a shell that has credentials of a deployment keeps them.
func TestOurs(t *testing.T) {
	got := ours([]string{"PATH=/bin", "REKEY_SA_KEY_FILE=key.json", "SMOKE_STRANGER_TOKEN=x", "AWS_PROFILE=p",
		"HOME=/"})
	if want := []string{"PATH=/bin", "HOME=/"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

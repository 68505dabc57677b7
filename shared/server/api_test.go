package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/manage"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
	"rekey/shared/rest/resttest"
	"rekey/shared/server"
	"rekey/shared/store/file"
	"rekey/shared/store/file/admin"
)

// TestAPI holds the handler of rekey serve to the conformance suite of the
// API.
func TestAPI(t *testing.T) {
	resttest.Run(t, mustTarget(t))
}

// TestAPIBehindGateway runs the suite through a gateway that keeps to itself
// whatever a Target can say of one.
func TestAPIBehindGateway(t *testing.T) {
	target := mustTarget(t)
	target.OnlyKeys, target.OnlyPOST, target.OwnRequestIDs, target.Concurrency = true, true, true, 16
	target.Stranger, target.Forbidden, target.Shows = &http.Client{}, nil, false
	gateway := httptest.NewServer(strictGateway(t, target))
	t.Cleanup(gateway.Close)
	target.URL, target.Client = gateway.URL, &http.Client{Transport: credentials{}}
	resttest.Run(t, target)
}

// credentials adds what strictGateway wants to see.
type credentials struct{}

func (credentials) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer somebody")
	return http.DefaultTransport.RoundTrip(r)
}

// strictGateway lets through who brings credentials, by POST, on the literal
// paths of two keys, and gives every request its own id.
func strictGateway(t *testing.T, target resttest.Target) http.Handler {
	t.Helper()
	u, err := url.Parse(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Header.Set("X-Request-Id", rest.RequestID(""))
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, action, _ := strings.Cut(r.URL.EscapedPath(), rest.Prefix)
		id, name, _ := strings.Cut(action, ":")
		operation := slices.ContainsFunc(api.Operations[:], func(o api.Operation) bool { return o.String() == name })
		switch {
		case r.Header.Get("Authorization") == "":
			http.Error(w, "who is it?", http.StatusUnauthorized)
		case r.Method != http.MethodPost || id != target.First && id != target.Second || !operation:
			http.Error(w, "no such path here", http.StatusNotFound)
		default:
			proxy.ServeHTTP(w, r)
		}
	})
}

// forbidding is an Authorizer that refuses every key of a list.
type forbidding []key.ID

func (f forbidding) Authorize(_ context.Context, _ *api.Call, n api.Need) error {
	if slices.Contains(f, n.Key) {
		return api.Errorf(api.PermissionDenied, "not allowed")
	}
	return nil
}

// mustTarget serves a keyring file with two keys.
func mustTarget(t *testing.T) resttest.Target {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "keyring.json")
	keys, err := admin.Open(path, admin.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, algorithm := range []key.Algorithm{key.AES256, key.AES128} {
		k, err := keys.Create(ctx, keyadmin.Creation{Algorithm: algorithm})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, string(k.ID))
	}
	store, err := file.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	ring := keyring.New(store, keyring.Options{TTL: time.Minute, Grace: 5 * time.Minute})
	rules := &pipeline.Pipeline{Authorizer: forbidding{"none"}, Limiter: pipeline.Unlimited{},
		Recorder: pipeline.Unrecorded{}}
	return resttest.Target{
		URL: mustServeAPI(t, rest.New(identity.None.Authenticator(), rules, rest.Crypto(kms.New(ring, rules)),
			rest.Keys(manage.New(keys.List, rules))), server.Options{Log: discard}).url,
		First: ids[0], Second: ids[1], Forbidden: []string{"none"}, Shows: true,
		Rotate: func(t *testing.T, id string) {
			if _, err := keys.Rotate(ctx, key.ID(id), 0); err != nil {
				t.Fatal(err)
			}
		},
	}
}

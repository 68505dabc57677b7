package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// function remembers its events and gives one answer.
type function struct {
	mu     sync.Mutex
	events []map[string]any
	raw    [][]byte
	answer string
	err    error
}

func (f *function) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var e map[string]any
	_ = json.Unmarshal(payload, &e)
	f.events, f.raw = append(f.events, e), append(f.raw, payload)
	return []byte(f.answer), f.err
}

func (f *function) last(t *testing.T) map[string]any {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.events) == 0 {
		t.Fatal("the function was not called")
	}
	return f.events[len(f.events)-1]
}

const fine = `{"statusCode":200,"headers":{"Content-Type":"application/json","X-Request-Id":"x"},"isBase64Encoded":false,"body":"{}"}`

// world is a gateway over one function and an issuer.
type world struct {
	*function
	url     string
	issuer  string
	private *ecdsa.PrivateKey
}

// document is a gateway's, as a value to be changed.
func document(issuer string, path string) map[string]any {
	return object{
		"openapi": "3.0.3", "info": object{"title": "t", "version": "1"},
		"paths": object{path: object{"post": object{
			"operationId": "encrypt", "security": []any{object{"jwt": []any{}}}, "responses": object{"200": object{"description": "ok"}},
			"x-yc-apigateway-integration": object{"type": "cloud_functions", "function_id": "f", "tag": "$latest", "service_account_id": "aje", "payload_format_version": "1.0"},
		}}},
		"components": object{"securitySchemes": object{"jwt": object{
			"type": "openIdConnect", "openIdConnectUrl": issuer + "/.well-known/openid-configuration",
			"x-yc-apigateway-authorizer": object{"type": "jwt", "issuers": []any{issuer}, "audiences": []any{"rekey"}, "requiredClaims": []any{"sub"},
				"identitySource": object{"in": "header", "name": "Authorization", "prefix": "Bearer "}},
		}}},
	}
}

const literal = "/kms/v1/keys/e6q1:encrypt"

func operation(doc map[string]any) map[string]any {
	for _, item := range doc["paths"].(object) {
		return item.(object)["post"].(object)
	}
	return nil
}

// newWorld starts a gateway; change may change its document, in which
// parameters are declared.
func newWorld(t *testing.T, path string, change func(doc map[string]any)) *world {
	t.Helper()
	w := &world{function: &function{answer: fine}}
	w.startIssuer(t)
	doc := document(w.issuer, path)
	if change != nil {
		change(doc)
	}
	h, err := New(mustJSON(t, doc), Options{Functions: map[string]Function{"f": w.function}, StatusOf: func(err error) int {
		if errors.Is(err, context.DeadlineExceeded) {
			return http.StatusGatewayTimeout
		}
		return http.StatusBadGateway
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	w.url = s.URL
	return w
}

func (w *world) startIssuer(t *testing.T) {
	t.Helper()
	w.private = mustKey(t)
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	w.issuer = s.URL
	mux.HandleFunc("/.well-known/openid-configuration", func(rw http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(rw).Encode(object{"jwks_uri": s.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(rw http.ResponseWriter, _ *http.Request) {
		public := jose.JSONWebKey{Key: w.private.Public(), KeyID: "k", Algorithm: "ES256"}
		_ = json.NewEncoder(rw).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}})
	})
}

func mustKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// claims are good ones with some changed; nil leaves one out.
func (w *world) claims(change map[string]any) map[string]any {
	c := object{"iss": w.issuer, "aud": "rekey", "sub": "me", "scope": "kms other", "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func (w *world) token(t *testing.T, key *ecdsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// got is an HTTP answer, read.
type got struct {
	status int
	header http.Header
	body   string
}

// post sends a body; headers are name, value, ....
func (w *world) post(t *testing.T, path, body string, headers ...string) got {
	t.Helper()
	return w.send(t, http.MethodPost, path, body, append([]string{"Authorization", "Bearer " + w.token(t, w.private, w.claims(nil))}, headers...)...)
}

func (w *world) send(t *testing.T, method, path, body string, headers ...string) got {
	t.Helper()
	r, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got{answer.StatusCode, answer.Header, string(data)}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

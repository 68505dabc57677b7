package gateway_test

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// issuer is an OpenID provider on loopback.
type issuer struct {
	url    string
	server *httptest.Server

	mu      sync.Mutex
	keys    []jose.JSONWebKey // public
	signers map[string]jose.Signer
	asked   int    // for keys
	instead string // is answered instead of keys, unless empty
	status  int    // of an answer with keys, unless 0
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := &issuer{signers: map[string]jose.Signer{}}
	i.server = httptest.NewServer(i)
	t.Cleanup(i.server.Close)
	i.url = i.server.URL
	i.rotate(t, "first")
	return i
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case r.URL.Path == "/configuration":
		json.NewEncoder(w).Encode(map[string]string{"jwks_uri": i.url + "/keys"})
	case r.URL.Path != "/keys":
		http.NotFound(w, r)
	case i.instead != "":
		i.asked++
		w.Write([]byte(i.instead))
	default:
		i.asked++
		w.WriteHeader(cmp.Or(i.status, http.StatusOK))
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: i.keys})
	}
}

// answers makes the issuer answer something instead of keys.
func (i *issuer) answers(instead string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.instead = instead
}

func (i *issuer) asks() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked
}

// rotate makes a new key, for ES256, the only one that is published.
func (i *issuer) rotate(t testing.TB, kid string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i.publish(t, kid, jose.ES256, key)
}

// publish makes a key the only one that is published.
func (i *issuer) publish(t testing.TB, kid string, algorithm jose.SignatureAlgorithm, key crypto.Signer) {
	t.Helper()
	signer := newSigner(t, kid, algorithm, key)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = []jose.JSONWebKey{{Key: key.Public(), KeyID: kid, Algorithm: string(algorithm), Use: "sig"}}
	i.signers[kid] = signer
}

func newSigner(t testing.TB, kid string, algorithm jose.SignatureAlgorithm, key any) jose.Signer {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key},
		(&jose.SignerOptions{}).WithHeader("kid", kid))
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// claims are those of a good token, with some changed; nil leaves one out.
func claims(change map[string]any) map[string]any {
	all := map[string]any{"iss": "https://idp.example.com", "sub": "ci-deployer", "aud": "rekey",
		"exp": start.Add(time.Hour).Unix()}
	maps.Copy(all, change)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// token signs claims with one of the issuer's keys, published or not.
func (i *issuer) token(t testing.TB, kid string, change map[string]any) string {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	return sign(t, i.signers[kid], claims(change))
}

func sign(t testing.TB, signer jose.Signer, claims map[string]any) string {
	t.Helper()
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

package gateway_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// issuer is an OpenID provider on loopback, with one key, for ES256.
type issuer struct {
	server  *httptest.Server
	key     *ecdsa.PrivateKey
	instead string // is answered instead of the key, unless empty
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	i := &issuer{key: newKey(t)}
	i.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if i.instead != "" {
			http.Error(w, i.instead, http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(),
			KeyID: "first"}}})
	}))
	t.Cleanup(i.server.Close)
	return i
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// claims are those of a good token, with some changed; nil leaves one out.
func claims(change object) object {
	all := object{"iss": "https://idp.example.com", "sub": "ci-deployer", "aud": "rekey",
		"exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(all, change)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

func sign(t testing.TB, kid string, algorithm jose.SignatureAlgorithm, key any, claims object) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key},
		(&jose.SignerOptions{}).WithHeader("kid", kid))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// token is a good token, with some claims changed.
func (i *issuer) token(t testing.TB, change object) string {
	t.Helper()
	return sign(t, "first", jose.ES256, i.key, claims(change))
}

const unauthorized = `{"message":"Unauthorized"}`

// call calls the path that wants a token.
func (w *world) call(t testing.TB, token string) response {
	t.Helper()
	return w.send(t, "POST", closedPath, "{}", "Authorization", "Bearer "+token)
}

// TestToken: who is let in, and that nobody else reaches the function.
func TestToken(t *testing.T) {
	now := time.Now().Unix()
	for name, row := range map[string]struct {
		change object
		status int
	}{
		"good":                      {nil, 200},
		"one of several audiences":  {object{"aud": []string{"other", "rekey"}}, 200},
		"all times":                 {object{"nbf": now, "iat": now, "exp": now + 60}, 200},
		"expired":                   {object{"exp": now - 1}, 401},
		"never expires":             {object{"exp": nil}, 401},
		"expires in words":          {object{"exp": "tomorrow"}, 401},
		"not yet":                   {object{"nbf": now + 60}, 401},
		"issued in the future":      {object{"iat": now + 60}, 401},
		"another issuer":            {object{"iss": "https://idp.example.com/"}, 401},
		"no issuer":                 {object{"iss": nil}, 401},
		"another audience":          {object{"aud": "rekey2"}, 401},
		"no audience":               {object{"aud": nil}, 401},
		"a required claim is away":  {object{"sub": nil}, 401},
		"a required claim is empty": {object{"sub": ""}, 200},
	} {
		w := newGateway(t, document)
		token := w.issuer.token(t, row.change)
		w.call(t, token).want(t, name, row.status, map[int]string{200: "done", 401: unauthorized}[row.status])
		if called := len(w.events) > 0; called != (row.status == 200) {
			t.Errorf("%s: the function was called: %v", name, called)
		}
		if strings.Contains(w.log.String(), token[:20]) {
			t.Errorf("%s: the log has the token", name)
		}
	}
}

// TestForged: a token that nobody has signed, or somebody else, or not so.
func TestForged(t *testing.T) {
	w := newGateway(t, document)
	good := w.issuer.token(t, nil)
	part := strings.Split(good, ".")
	encode := base64.RawURLEncoding.EncodeToString
	public, err := x509.MarshalPKIXPublicKey(w.issuer.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	other := newKey(t)
	for name, token := range map[string]string{
		"none":             encode([]byte(`{"alg":"none","kid":"first"}`)) + "." + part[1] + ".",
		"the public key":   sign(t, "first", jose.HS256, public, claims(nil)),
		"another key":      sign(t, "first", jose.ES256, other, claims(nil)),
		"another key's id": sign(t, "second", jose.ES256, other, claims(nil)),
		"other claims":     part[0] + "." + encode([]byte(`{"sub":"root"}`)) + "." + part[2],
		"no signature":     part[0] + "." + part[1] + ".",
		"nothing":          "",
		"words":            "let me in",
	} {
		w.call(t, token).want(t, name, 401, unauthorized)
	}
	for name, headers := range map[string][]string{
		"no header":   nil,
		"no prefix":   {"Authorization", good},
		"two headers": {"Authorization", "Bearer " + good, "Authorization", "Bearer " + good},
	} {
		w.send(t, "POST", closedPath, "{}", headers...).want(t, name, 401, unauthorized)
	}
	if n := len(w.events); n > 0 {
		t.Errorf("the function was called %d times", n)
	}
}

// TestKeysAway: without the issuer's keys nobody is let in, and it is not the
// caller's fault.
func TestKeysAway(t *testing.T) {
	w := newGateway(t, document)
	w.issuer.instead = "away"
	w.call(t, w.issuer.token(t, nil)).want(t, "no keys", 500, `{"message":"Internal Server Error"}`)
}

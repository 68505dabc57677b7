package gateway_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// call calls the path that wants a token.
func (w *world) call(t testing.TB, token string) response {
	t.Helper()
	return w.send(t, "POST", closedPath, "{}", "Authorization", "Bearer "+token)
}

// TestToken: who is let in, and that nobody else reaches the function.
func TestToken(t *testing.T) {
	now := start.Unix()
	for name, row := range map[string]struct {
		change map[string]any
		status int
	}{
		"good":                      {nil, 200},
		"one of several audiences":  {map[string]any{"aud": []string{"other", "rekey"}}, 200},
		"all times":                 {map[string]any{"nbf": now, "iat": now, "exp": now + 1}, 200},
		"expired a second ago":      {map[string]any{"exp": now - 1}, 401},
		"never expires":             {map[string]any{"exp": nil}, 401},
		"expires in words":          {map[string]any{"exp": "tomorrow"}, 401},
		"not yet":                   {map[string]any{"nbf": now + 1}, 401},
		"issued in the future":      {map[string]any{"iat": now + 1}, 401},
		"another issuer":            {map[string]any{"iss": "https://idp.example.com/"}, 401},
		"no issuer":                 {map[string]any{"iss": nil}, 401},
		"another audience":          {map[string]any{"aud": "rekey2"}, 401},
		"no audience":               {map[string]any{"aud": nil}, 401},
		"a required claim is away":  {map[string]any{"sub": nil}, 401},
		"a required claim is empty": {map[string]any{"sub": ""}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, document)
			token := w.issuer.token(t, "first", row.change)
			w.call(t, token).want(t, name, row.status, map[int]string{200: "done",
				401: `{"message":"Unauthorized"}`}[row.status])
			if called := w.f.calls() > 0; called != (row.status == 200) {
				t.Errorf("the function was called: %v", called)
			}
			if strings.Contains(w.log.String(), token[:20]) {
				t.Error("the log has the token")
			}
		})
	}
}

// TestForged: a token that nobody has signed, or somebody else, or not so.
func TestForged(t *testing.T) {
	w := newWorld(t, document)
	good := w.issuer.token(t, "first", nil)
	part := strings.Split(good, ".")
	encode := base64.RawURLEncoding.EncodeToString
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(w.issuer.keys[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	tampered, err := json.Marshal(claims(map[string]any{"sub": "root"}))
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{
		"none":              encode([]byte(`{"alg":"none","kid":"first"}`)) + "." + part[1] + ".",
		"none, signed":      encode([]byte(`{"alg":"none","kid":"first"}`)) + "." + part[1] + "." + part[2],
		"the public key":    sign(t, newSigner(t, "first", jose.HS256, public), claims(nil)),
		"another key":       sign(t, newSigner(t, "first", jose.ES256, other), claims(nil)),
		"another key's id":  sign(t, newSigner(t, "second", jose.ES256, other), claims(nil)),
		"no key's id":       sign(t, newSigner(t, "", jose.ES256, other), claims(nil)),
		"other claims":      part[0] + "." + encode(tampered) + "." + part[2],
		"another signature": part[0] + "." + part[1] + "." + encode(make([]byte, 64)),
		"no signature":      part[0] + "." + part[1] + ".",
		"two parts":         part[0] + "." + part[1],
		"an encrypted one":  good + ".a.b",
		"JSON": `{"payload":"` + part[1] + `","protected":"` + part[0] + `","signature":"` + part[2] +
			`"}`,
		"nothing":             "",
		"words":               "let me in",
		"with a second token": good + ", Bearer " + good,
	} {
		w.call(t, token).want(t, name, 401, `{"message":"Unauthorized"}`)
	}
	for name, headers := range map[string][]string{
		"no header":     nil,
		"no prefix":     {"Authorization", good},
		"other prefix":  {"Authorization", "bearer " + good},
		"two headers":   {"Authorization", "Bearer " + good, "Authorization", "Bearer " + good},
		"other header":  {"X-Authorization", "Bearer " + good},
		"in the cookie": {"Cookie", "Authorization=" + good},
	} {
		w.send(t, "POST", closedPath, "{}", headers...).want(t, name, 401, `{"message":"Unauthorized"}`)
	}
	if n := w.f.calls(); n > 0 {
		t.Errorf("the function was called %d times", n)
	}
	w.call(t, good).want(t, "the good one", 200, "done")
}

// TestAlgorithms: RSA as well, and a key is for the algorithm that it names.
func TestAlgorithms(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, document)
	for _, algorithm := range []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512} {
		w.issuer.publish(t, string(algorithm), algorithm, key)
		w.call(t, w.issuer.token(t, string(algorithm), nil)).want(t, string(algorithm), 200, "done")
	}
	w.call(t, sign(t, newSigner(t, "RS512", jose.RS256, key), claims(nil))).want(t, "the key is for RS512", 401, "")
	w.call(t, sign(t, newSigner(t, "RS512", jose.PS512, key), claims(nil))).want(t, "PS512 is not taken", 401, "")
}

// TestPlaces: the token may be in the query or in a cookie.
func TestPlaces(t *testing.T) {
	const source = `{in: header, name: Authorization, prefix: "Bearer "}`
	w := newWorld(t, changed(t, document, source, "{in: query, name: token}"))
	good := w.issuer.token(t, "first", nil)
	w.send(t, "POST", closedPath+"?token="+good, "").want(t, "query", 200, "done")
	w.send(t, "POST", closedPath+"?token="+good+"&token="+good, "").want(t, "query, twice", 401, "")
	w = newWorld(t, changed(t, document, source, "{in: cookie, name: token, prefix: v1-}"))
	good = w.issuer.token(t, "first", nil)
	w.send(t, "POST", closedPath, "", "Cookie", "a=b; token=v1-"+good).want(t, "cookie", 200, "done")
	w.send(t, "POST", closedPath, "", "Cookie", "token="+good).want(t, "cookie without prefix", 401, "")
}

// TestScopes: a token needs all scopes that the operation names.
func TestScopes(t *testing.T) {
	w := newWorld(t, changed(t, document, "[{jwt: []}]", "[{jwt: [encrypt, read]}]"))
	for name, row := range map[string]struct {
		change map[string]any
		status int
	}{
		"words":      {map[string]any{"scope": "read  write encrypt"}, 200},
		"a list":     {map[string]any{"scope": []string{"encrypt", "read"}}, 200},
		"scp":        {map[string]any{"scp": []string{"encrypt", "read"}}, 200},
		"scp, words": {map[string]any{"scp": "encrypt read"}, 200},
		"one":        {map[string]any{"scope": "encrypt"}, 403},
		"part":       {map[string]any{"scope": "encrypt reader"}, 403},
		"none":       {nil, 403},
		"a number":   {map[string]any{"scope": 7}, 403},
	} {
		w.call(t, w.issuer.token(t, "first", row.change)).want(t, name, row.status,
			map[int]string{200: "done", 403: `{"message":"Forbidden"}`}[row.status])
	}
}

// TestKeysAway: without the issuer's keys nobody is let in, and it is nobody's
// fault.
func TestKeysAway(t *testing.T) {
	for name, change := range map[string]func(*issuer){
		"away":       func(i *issuer) { i.server.Close() },
		"no JSON":    func(i *issuer) { i.answers("<html>") },
		"other JSON": func(i *issuer) { i.answers(`[]`) },
		"an error":   func(i *issuer) { i.status = 503 },
		"half a key": func(i *issuer) { i.answers(`{"keys":[{"kty":"EC","kid":"first"}]}`) },
	} {
		w := newWorld(t, document)
		good := w.issuer.token(t, "first", nil)
		change(w.issuer)
		w.call(t, good).want(t, name, 500, `{"message":"Internal Server Error"}`)
	}
	w := newWorld(t, changed(t, document, "        jwksUri: ISSUER/keys\n", "", "/configuration", "/nothing"))
	w.call(t, w.issuer.token(t, "first", nil)).want(t, "no configuration", 500, "")
	w = newWorld(t, document)
	w.issuer.answers(`{}`)
	w.call(t, w.issuer.token(t, "first", nil)).want(t, "no keys", 401, "")
}

// TestRotation: without a cache a key counts as long as it is published.
func TestRotation(t *testing.T) {
	w := newWorld(t, document)
	old := w.issuer.token(t, "first", nil)
	w.call(t, old).want(t, "before", 200, "done")
	w.issuer.rotate(t, "second")
	w.call(t, old).want(t, "the old key", 401, "")
	w.call(t, w.issuer.token(t, "second", nil)).want(t, "the new key", 200, "done")
}

// TestKeyCache: with one, an old key counts until its time is over, and a new
// one at once.
func TestKeyCache(t *testing.T) {
	w := newWorld(t, changed(t, document, "requiredClaims: [sub]", "jwkTtlInSeconds: 60"))
	old := w.issuer.token(t, "first", nil)
	w.call(t, old).want(t, "before", 200, "done")
	w.issuer.rotate(t, "second")
	w.call(t, w.issuer.token(t, "second", nil)).want(t, "the new key", 200, "done")
	w.clock.advance(59 * time.Second)
	asks := w.issuer.asks()
	w.call(t, old).want(t, "the old key", 200, "done")
	w.call(t, w.issuer.token(t, "first", map[string]any{"sub": "else"})).want(t, "the old key, another token", 200,
		"done")
	if n := w.issuer.asks() - asks; n > 0 {
		t.Errorf("the issuer was asked %d times", n)
	}
	w.clock.advance(time.Second)
	w.call(t, old).want(t, "the old key after its time", 401, "")
}

// TestResultCache: a result counts for its time, even past the token's own,
// for this token and this operation.
func TestResultCache(t *testing.T) {
	w := newWorld(t, changed(t, document, "requiredClaims: [sub]", "authorizer_result_ttl_in_seconds: 300"))
	short := w.issuer.token(t, "first", map[string]any{"exp": start.Unix() + 1})
	bad := w.issuer.token(t, "first", map[string]any{"aud": "other"})
	w.call(t, short).want(t, "first", 200, "done")
	w.call(t, bad).want(t, "a bad one", 401, "")
	w.issuer.server.Close()
	w.clock.advance(299 * time.Second)
	w.call(t, short).want(t, "cached", 200, "done")
	if sub := w.event(t)["requestContext"].(map[string]any)["authorizer"].(map[string]any)["jwt"].(map[string]any)["claims"].(map[string]any)["sub"]; sub != "ci-deployer" {
		t.Errorf("the cached result has the sub %v", sub)
	}
	w.call(t, w.issuer.token(t, "first", nil)).want(t, "another token", 500, "")
	w.clock.advance(time.Second)
	w.call(t, short).want(t, "after its time", 500, "")
}

// TestResultCacheMode: by path all values of a parameter are one, by uri each
// is its own.
func TestResultCacheMode(t *testing.T) {
	for mode, want := range map[string]int{"path": 200, "uri": 500} {
		w := newWorld(t, changed(t, document, "requiredClaims: [sub]",
			"authorizer_result_ttl_in_seconds: 300\n        authorizer_result_caching_mode: "+mode,
			"    parameters: [{name: whole", "    parameters: &p [{name: whole", "    post:\n      responses",
			"    post:\n      security: [{jwt: []}]\n      responses"))
		authorization := "Bearer " + w.issuer.token(t, "first", nil)
		w.send(t, "POST", "/open/one", "", "Authorization", authorization).want(t, mode, 200, "done")
		w.issuer.server.Close()
		w.send(t, "POST", "/open/one", "", "Authorization", authorization).want(t, mode+", again", 200, "done")
		w.send(t, "POST", "/open/two", "", "Authorization", authorization).want(t, mode+", another path", want, "")
		w.send(t, "POST", closedPath, "", "Authorization", authorization).want(t, mode+", another operation", 500, "")
	}
}

// TestResultCacheMethod: a result of one method says nothing of another, which
// may want other scopes.
func TestResultCacheMethod(t *testing.T) {
	w := newWorld(t, changed(t, document, "requiredClaims: [sub]", "authorizer_result_ttl_in_seconds: 300", "components:", `  /two:
    get: &two
      security: [{jwt: []}]
      responses: {default: {description: whatever}}
      x-yc-apigateway-integration: {type: cloud_functions, function_id: f}
    delete: {<<: *two, security: [{jwt: [admin]}]}
components:`))
	authorization := "Bearer " + w.issuer.token(t, "first", nil)
	w.send(t, "GET", "/two", "", "Authorization", authorization).want(t, "one", 200, "done")
	w.send(t, "DELETE", "/two", "", "Authorization", authorization).want(t, "the other", 403, "")
}

// TestSecurity: the document's own security holds for operations that have
// none; an empty one is nobody's.
func TestSecurity(t *testing.T) {
	w := newWorld(t, changed(t, document, "components:", "security: [{jwt: []}]\ncomponents:"))
	w.send(t, "POST", openPath, "").want(t, "inherited", 401, "")
	w = newWorld(t, changed(t, document, "components:", "security: [{jwt: []}]\ncomponents:",
		"[{jwt: []}]\n      responses", "[]\n      responses"))
	w.send(t, "POST", closedPath, "").want(t, "empty", 200, "done")
}

// TestTokensAtOnce is for the race detector.
func TestTokensAtOnce(t *testing.T) {
	w := newWorld(t, changed(t, document, "requiredClaims: [sub]", "jwkTtlInSeconds: 60\n        "+
		"authorizer_result_ttl_in_seconds: 60"))
	good, bad := w.issuer.token(t, "first", nil), w.issuer.token(t, "first", map[string]any{"aud": "other"})
	var all sync.WaitGroup
	for i := range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			if i%2 == 0 {
				w.call(t, good).want(t, "good", 200, "done")
			} else {
				w.call(t, bad).want(t, "bad", 401, "")
			}
		}()
	}
	all.Wait()
}

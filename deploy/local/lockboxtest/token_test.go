package lockboxtest_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"rekey/deploy/local/lockboxtest"
)

// stranger is a connection without a token.
func (w *world) stranger() *grpc.ClientConn {
	w.t.Helper()
	conn := must(grpc.NewClient(w.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials())))(w.t)
	w.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (w *world) getAs(authorization ...string) error {
	w.t.Helper()
	ctx := metadata.NewOutgoingContext(w.ctx, metadata.MD{"authorization": authorization})
	_, err := lockbox.NewSecretServiceClient(w.stranger()).List(ctx, &lockbox.ListSecretsRequest{FolderId: folder})
	return err
}

func TestAuthenticate(t *testing.T) {
	now := time.Now()
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	w := start(t, lockboxtest.Options{Now: clock, Behavior: lockboxtest.Behavior{TokenLifetime: time.Hour}})
	token, other := w.Token(admin), w.Token("nobody")
	for name, test := range map[string]struct {
		authorization []string
		want          codes.Code
	}{
		"good":       {[]string{"Bearer " + token}, codes.OK},
		"no role":    {[]string{"Bearer " + other}, codes.PermissionDenied},
		"none":       {nil, codes.Unauthenticated},
		"two":        {[]string{"Bearer " + token, "Bearer " + token}, codes.Unauthenticated},
		"other kind": {[]string{"Basic " + token}, codes.Unauthenticated},
		"bare":       {[]string{token}, codes.Unauthenticated},
		"made up":    {[]string{"Bearer t1.made-up"}, codes.Unauthenticated},
	} {
		if wantCode(t, w.getAs(test.authorization...), test.want); t.Failed() {
			t.Fatal(name)
		}
	}
	w.Advance(30 * 24 * time.Hour) // is not the holders' clock
	wantCode(t, w.getAs("Bearer "+token), codes.OK)
	mu.Lock()
	now = now.Add(time.Hour)
	mu.Unlock()
	wantCode(t, w.getAs("Bearer "+token), codes.Unauthenticated)
	fresh := w.Token(admin)
	wantCode(t, w.getAs("Bearer "+fresh), codes.OK)
	w.ExpireTokens()
	wantCode(t, w.getAs("Bearer "+fresh), codes.Unauthenticated)
}

// signer makes JWTs as somebody might who holds a key.
type signer struct {
	key    *rsa.PrivateKey
	header map[string]any
	claims map[string]any
}

func (s signer) with(field string, v any) signer {
	edited := signer{s.key, map[string]any{}, map[string]any{}}
	for k, old := range s.header {
		edited.header[k] = old
	}
	for k, old := range s.claims {
		edited.claims[k] = old
	}
	if _, ok := edited.header[field]; ok {
		edited.header[field] = v
	} else {
		edited.claims[field] = v
	}
	return edited
}

func (s signer) jwt(t *testing.T) string {
	t.Helper()
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))(t)) }
	signed := part(s.header) + "." + part(s.claims)
	digest := sha256.Sum256([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(must(rsa.SignPSS(rand.Reader, s.key, crypto.SHA256,
		digest[:], nil))(t))
}

func TestJWT(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	key := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	w.RegisterKey(admin, "k1", &key.PublicKey)
	w.RegisterKey("other", "k2", &must(rsa.GenerateKey(rand.Reader, 2048))(t).PublicKey)
	now := time.Now().Unix()
	good := signer{key, map[string]any{"typ": "JWT", "alg": "PS256", "kid": "k1"}, map[string]any{
		"iss": admin, "aud": "https://iam.api.cloud.yandex.net/iam/v1/tokens", "iat": now, "exp": now + 3600,
	}}
	tokens := iam.NewIamTokenServiceClient(w.stranger())
	exchange := func(jwt string) (*iam.CreateIamTokenResponse, error) {
		return tokens.Create(w.ctx, &iam.CreateIamTokenRequest{Identity: &iam.CreateIamTokenRequest_Jwt{Jwt: jwt}})
	}
	for name, jwt := range map[string]string{
		"good":            good.jwt(t),
		"list of one":     good.with("aud", []string{"https://iam.api.cloud.yandex.net/iam/v1/tokens"}).jwt(t),
		"a clock behind":  good.with("iat", now+30).with("exp", now+3600).jwt(t),
		"just as expired": good.with("iat", now-3600).with("exp", now-30).jwt(t),
	} {
		answer, err := exchange(jwt)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wantCode(t, w.getAs("Bearer "+answer.GetIamToken()), codes.OK)
		if d := time.Until(answer.GetExpiresAt().AsTime()); d < 11*time.Hour || d > 12*time.Hour {
			t.Errorf("%s: the token is good for %v, want 12 hours", name, d)
		}
	}
	for name, jwt := range map[string]string{
		"not a JWT":         "x",
		"not base64":        "!.!.!",
		"another key":       good.with("kid", "k2").jwt(t),
		"unknown key":       good.with("kid", "k3").jwt(t),
		"another algorithm": good.with("alg", "none").jwt(t),
		"no signature":      good.jwt(t)[:strings.LastIndex(good.jwt(t), ".")+1],
		"changed":           strings.Replace(good.jwt(t), ".", ".e", 1),
		"another issuer":    good.with("iss", "other").jwt(t),
		"another audience":  good.with("aud", "https://example.com").jwt(t),
		"from the future":   good.with("iat", now+600).jwt(t),
		"expired":           good.with("iat", now-3600).with("exp", now-600).jwt(t),
		"for two hours":     good.with("exp", now+7200).jwt(t),
	} {
		_, err := exchange(jwt)
		if wantCode(t, err, codes.Unauthenticated); t.Failed() {
			t.Fatal(name)
		}
	}
	w.DeleteKeys(admin)
	_, err := exchange(good.jwt(t))
	wantCode(t, err, codes.Unauthenticated)
	_, err = tokens.Create(w.ctx,
		&iam.CreateIamTokenRequest{
			Identity: &iam.CreateIamTokenRequest_YandexPassportOauthToken{YandexPassportOauthToken: "y0_token"}})
	wantCode(t, err, codes.Unauthenticated)
	_, err = tokens.Create(w.ctx, &iam.CreateIamTokenRequest{})
	wantCode(t, err, codes.InvalidArgument)
}

func TestCreateForServiceAccount(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	create := func() (*iam.CreateIamTokenResponse, error) {
		return iam.NewIamTokenServiceClient(w.dial("creator")).CreateForServiceAccount(w.ctx,
			&iam.CreateIamTokenForServiceAccountRequest{ServiceAccountId: admin})
	}
	_, err := create()
	wantCode(t, err, codes.PermissionDenied)
	w.Grant("creator", lockboxtest.TokenCreator, admin)
	wantCode(t, w.getAs("Bearer "+must(create())(t).GetIamToken()), codes.OK)
}

// askMetadata returns the status and the body of an answer.
func (w *world) askMetadata(flavor string) (int, string) {
	w.t.Helper()
	r := must(http.NewRequestWithContext(w.ctx, http.MethodGet, "http://"+w.MetadataAddr()+lockboxtest.MetadataToken,
		nil))(w.t)
	r.Close = true // what fails on an old connection is tried again
	r.Header.Set("Metadata-Flavor", flavor)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	return resp.StatusCode, string(must(io.ReadAll(resp.Body))(w.t))
}

func TestMetadata(t *testing.T) {
	w := start(t, lockboxtest.Options{Behavior: lockboxtest.Behavior{Instance: admin, TokenLifetime: time.Hour}})
	code, body := w.askMetadata("Google")
	var got struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
		TokenType   string `json:"token_type"`
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || code != 200 || got.ExpiresIn != 3600 ||
		got.TokenType != "Bearer" {
		t.Fatalf("got %d %s, %v", code, body, err)
	}
	wantCode(t, w.getAs("Bearer "+got.AccessToken), codes.OK)
	if code, _ := w.askMetadata(""); code != http.StatusForbidden {
		t.Errorf("without its header: got %d, want 403", code)
	}
	for c, want := range map[codes.Code]int{codes.NotFound: 404, codes.ResourceExhausted: 429, codes.Internal: 500,
		codes.Unavailable: 503} {
		w.Inject(lockboxtest.Fault{Method: lockboxtest.MetadataToken, Times: 1, Code: c})
		if code, _ := w.askMetadata("Google"); code != want {
			t.Errorf("a fault of %v: got %d, want %d", c, code, want)
		}
	}
	w.Inject(lockboxtest.Fault{Method: lockboxtest.MetadataToken, Times: 1, Reset: true})
	if code, body := w.askMetadata("Google"); code != 0 {
		t.Errorf("a reset: got %d %s", code, body)
	}
	if n := w.TokenRequests(); n != 7 {
		t.Errorf("%d token requests were counted, want 7", n)
	}
}

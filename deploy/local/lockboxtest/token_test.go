package lockboxtest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v4"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	ycsdk "github.com/yandex-cloud/go-sdk/v2"
	sdk "github.com/yandex-cloud/go-sdk/v2/credentials"
	"github.com/yandex-cloud/go-sdk/v2/pkg/endpoints"
	"github.com/yandex-cloud/go-sdk/v2/pkg/options"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"rekey/deploy/local/lockboxtest"
)

func dial(t *testing.T, at string, c credentials.TransportCredentials) *grpc.ClientConn {
	t.Helper()
	conn := must(grpc.NewClient(at, grpc.WithTransportCredentials(c)))(t)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// listAs lists secrets with an authorization header.
func (w *world) listAs(authorization ...string) (*lockbox.ListSecretsResponse, error) {
	w.t.Helper()
	ctx := metadata.NewOutgoingContext(w.ctx, metadata.MD{"authorization": authorization})
	secrets := lockbox.NewSecretServiceClient(dial(w.t, w.Addr(), insecure.NewCredentials()))
	return secrets.List(ctx, &lockbox.ListSecretsRequest{FolderId: folder})
}

func TestAuthenticate(t *testing.T) {
	var later atomic.Int64
	now := func() time.Time { return time.Unix(1e9+later.Load(), 0) }
	w := start(t, lockboxtest.Options{Now: now, Behavior: lockboxtest.Behavior{TokenLifetime: time.Hour}})
	token := "Bearer " + w.Token(admin)
	for want, headers := range map[codes.Code][][]string{
		codes.OK:               {{token}},
		codes.PermissionDenied: {{"Bearer " + w.Token("nobody")}},
		codes.Unauthenticated:  {nil, {token, token}, {"Basic" + token[6:]}, {token[7:]}, {"Bearer t1.made-up"}},
	} {
		for _, header := range headers {
			wantCode(w.listAs(header...))(t, want)
		}
	}
	w.Advance(30 * 24 * time.Hour) // is not the holders' clock
	must(w.listAs(token))(t)
	later.Store(3600)
	wantCode(w.listAs(token))(t, codes.Unauthenticated)
	fresh := "Bearer " + w.Token(admin)
	must(w.listAs(fresh))(t)
	w.ExpireTokens()
	wantCode(w.listAs(fresh))(t, codes.Unauthenticated)
}

// TestJWT: what is exchanged for a token, and what is not, by one difference
// from what is right.
func TestJWT(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	var file struct {
		ID  string `json:"id"`
		Key string `json:"private_key"`
	}
	if err := json.Unmarshal(must(w.AccountKey(admin))(t), &file); err != nil {
		t.Fatal(err)
	}
	key := must(jwt.ParseRSAPrivateKeyFromPEM([]byte(file.Key)))(t)
	other := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	const audience = "https://iam.api.cloud.yandex.net/iam/v1/tokens"
	now := time.Now().Unix()
	signed := func(edit func(*jwt.Token, jwt.MapClaims)) string {
		c := jwt.MapClaims{"iss": admin, "aud": audience, "iat": now, "exp": now + 3600}
		token := jwt.NewWithClaims(jwt.SigningMethodPS256, c)
		token.Header["kid"] = file.ID
		edit(token, c)
		by := key
		if token.Header["by"] != nil {
			by = other
		}
		return must(token.SignedString(by))(t)
	}
	claim := func(name string, value any) string {
		return signed(func(_ *jwt.Token, c jwt.MapClaims) { c[name] = value })
	}
	from := func(iat, exp int64) string {
		return signed(func(_ *jwt.Token, c jwt.MapClaims) { c["iat"], c["exp"] = now+iat, now+exp })
	}
	good := from(0, 3600)
	tokens := iam.NewIamTokenServiceClient(dial(t, w.Addr(), insecure.NewCredentials()))
	exchange := func(text string) (*iam.CreateIamTokenResponse, error) {
		return tokens.Create(w.ctx, &iam.CreateIamTokenRequest{Identity: &iam.CreateIamTokenRequest_Jwt{Jwt: text}})
	}
	for name, text := range map[string]string{
		"good": good, "list of one": claim("aud", []string{audience}),
		"a clock behind": from(30, 3600), "just as expired": from(-3600, -30),
	} {
		answer, err := exchange(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		must(w.listAs("Bearer " + answer.GetIamToken()))(t)
		if d := time.Until(answer.GetExpiresAt().AsTime()); d < 11*time.Hour || d > 12*time.Hour {
			t.Errorf("%s: the token is good for %v, want 12 hours", name, d)
		}
	}
	refused := map[string]string{
		"none":         "",
		"not a JWT":    "x",
		"changed":      strings.Replace(good, ".", ".e", 1),
		"no signature": good[:strings.LastIndex(good, ".")+1],
		"another key":  signed(func(t *jwt.Token, _ jwt.MapClaims) { t.Header["by"] = "other" }),
		"unknown key":  signed(func(t *jwt.Token, _ jwt.MapClaims) { t.Header["kid"] = "k3" }),
		"another algorithm": signed(func(t *jwt.Token, _ jwt.MapClaims) {
			t.Method, t.Header["alg"] = jwt.SigningMethodRS256, "RS256"
		}),
		"another issuer":     claim("iss", "other"),
		"another audience":   claim("aud", "https://example.com"),
		"no end":             claim("exp", nil),
		"no beginning":       claim("iat", nil),
		"from the future":    from(600, 3600),
		"expired":            from(-3600, -600),
		"for over two hours": from(0, 7200),
	}
	for name, text := range refused {
		if wantCode(exchange(text))(t, codes.Unauthenticated); t.Failed() {
			t.Fatal(name)
		}
	}
	w.DeleteKeys(admin)
	wantCode(exchange(good))(t, codes.Unauthenticated)
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
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || code != 200 || got.ExpiresIn != 3600 {
		t.Fatalf("got %d %s, %v", code, body, err)
	}
	must(w.listAs("Bearer " + got.AccessToken))(t)
	for _, test := range []struct {
		flavor string
		fault  lockboxtest.Fault
		want   int
	}{
		{"", lockboxtest.Fault{}, 403},
		{"Google", lockboxtest.Fault{Code: codes.NotFound}, 404},
		{"Google", lockboxtest.Fault{Code: codes.Unavailable}, 503},
		{"Google", lockboxtest.Fault{Reset: true}, 0},
	} {
		test.fault.Times, test.fault.Method = 1, lockboxtest.MetadataToken
		w.Inject(test.fault)
		if code, body := w.askMetadata(test.flavor); code != test.want {
			t.Errorf("flavor %q, fault %+v: got %d %s, want %d", test.flavor, test.fault, code, body, test.want)
		}
	}
	if n := w.TokenRequests(); n != 5 {
		t.Errorf("%d token requests were counted, want 5", n)
	}
}

// TestSDK: the official SDK reads a secret with either kind of credentials.
func TestSDK(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	w.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, id)
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, must(w.AccountKey(lockboxtest.DefaultServiceAccount))(t), 0o600); err != nil {
		t.Fatal(err)
	}
	to := endpoints.NewEndpointParams(w.Addr(), endpoints.Plaintext())
	for name, creds := range map[string]sdk.Credentials{
		"key of a service account": must(sdk.ServiceAccountKeyFile(path))(t),
		"metadata service":         sdk.NewMetadataServiceCredentialProvider(w.MetadataAddr()),
	} {
		client := must(ycsdk.Build(w.ctx, options.WithPlaintext(), options.WithCredentials(creds),
			options.WithEndpointsResolver(
				endpoints.NewPrefixEndpointsResolver(endpoints.PrefixToEndpoint{"yandex.cloud": to}))))(t)
		conn := must(client.GetConnection(w.ctx, "yandex.cloud.lockbox.v1.PayloadService.Get"))(t)
		got, err := lockbox.NewPayloadServiceClient(conn).Get(w.ctx, &lockbox.GetPayloadRequest{SecretId: id})
		if err != nil || got.GetEntries()[0].GetTextValue() != "x" {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
		_ = client.Shutdown(w.ctx)
	}
}

// TestTLS: who trusts CA is served, and nobody else.
func TestTLS(t *testing.T) {
	w := start(t, lockboxtest.Options{TLS: true})
	id, _ := w.text("x")
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, w.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := metadata.AppendToOutgoingContext(w.ctx, "authorization", "Bearer "+w.Token(admin))
	for want, c := range map[codes.Code]credentials.TransportCredentials{
		codes.OK: must(credentials.NewClientTLSFromFile(ca, ""))(t), codes.Unavailable: credentials.NewTLS(nil),
	} {
		client := lockbox.NewPayloadServiceClient(dial(t, w.Addr(), c))
		wantCode(client.Get(ctx, &lockbox.GetPayloadRequest{SecretId: id}))(t, want)
	}
	if start(t, lockboxtest.Options{}).CA() != nil {
		t.Error("a server in plaintext has a CA")
	}
}

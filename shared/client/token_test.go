package client_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/client"
)

// encryptWith is encrypt with a token.
func encryptWith(t *testing.T, token string, h http.HandlerFunc) error {
	t.Helper()
	s := httptest.NewServer(h)
	defer s.Close()
	c, err := client.New(s.URL, token)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", c, *c, c); token != "" && strings.Contains(text, token) {
		t.Errorf("a client prints its token: %s", text)
	}
	_, err = c.Encrypt(ctx, new(api.Call), &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
	return err
}

// TestToken: it is sent unchanged, and without one nothing is sent.
func TestToken(t *testing.T) {
	for token, want := range map[string]string{"": "", "t1.abc": "Bearer t1.abc", "a-._~+/=": "Bearer a-._~+/="} {
		err := encryptWith(t, token, func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Authorization"); got != want {
				t.Errorf("%q: got %q", token, got)
			}
			io.WriteString(w, `{"keyId":"one","versionId":"v1","ciphertext":"eA=="}`)
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestTokenRefused: what cannot stand in a header, or would go over a network
// in plain text, is not sent, and not repeated.
func TestTokenRefused(t *testing.T) {
	for _, token := range []string{"SECRET\n", "SECRET\r\nX: y", "Bearer SECRET", "SECRET b", "SECRET\x00", "SECRETé",
		"\ufeffSECRET", "SECRET\x7f", " SECRET",
		`"SECRET"`, "'SECRET'", `{"iamToken":"SECRET"}`} {
		if _, err := client.New("https://kms.example.com", token); err == nil ||
			strings.Contains(err.Error(), "SECRET") || !strings.Contains(err.Error(), "the token") {
			t.Errorf("%q: %v", token, err)
		}
	}
	if _, err := client.New("http://kms.example.com", "SECRET"); err == nil ||
		!strings.Contains(err.Error(), "plain HTTP") {
		t.Errorf("plain HTTP: %v", err)
	}
}

// jwt is a JSON web token that ends at a second.
func jwt(exp string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"exp":`+exp+`}`)) + ".c2ln"
}

// TestDenied: 401 and 403 say what is missing, whatever answers them.
func TestDenied(t *testing.T) {
	const own = `{"code":%d,"message":"from the KMS"}`
	for name, row := range map[string]struct {
		token  string
		status int
		body   string
		code   api.Code
		is     error
		want   string
	}{
		"none": {"", 401, "Unauthorized", api.Unauthenticated, client.ErrNoToken,
			"answered 401 Unauthorized: no token was sent"},
		"none, 403": {"", 403, `{"message":"Forbidden"}`, api.PermissionDenied, client.ErrNoToken,
			"no token was sent"},
		"another": {"t1.x", 401, `{"message":"Unauthorized"}`, api.Unauthenticated, client.ErrToken,
			"the token is not accepted"},
		"ended": {jwt("1000000000"), 401, "", api.Unauthenticated, client.ErrToken,
			"it ended at 2001-09-09T01:46:40Z"},
		"ended, 403": {jwt("1000000000.5"), 403, "<html>", api.PermissionDenied, client.ErrToken,
			"it ended at 2001-09-09T01:46:40Z"},
		"not ended": {jwt("99999999999"), 401, "", api.Unauthenticated, client.ErrToken,
			"the token is not accepted"},
		"no web token":  {"a.!.b", 401, "", api.Unauthenticated, client.ErrToken, "the token is not accepted"},
		"not allowed":   {"t1.x", 403, "", api.PermissionDenied, client.ErrNotAllowed, "is not allowed"},
		"the KMS, none": {"", 401, fmt.Sprintf(own, 16), api.Unauthenticated, client.ErrNoToken, "from the KMS"},
		"the KMS, a token": {"t1.x", 403, fmt.Sprintf(own, 7), api.PermissionDenied, client.ErrNotAllowed,
			"from the KMS"},
		"the KMS, a role": {"t1.x", 404, `{"code":5,"message":"no key orders, or this service may not read it"}`,
			api.NotFound, nil, "may not read it"},
		"the KMS, no key": {"t1.x", 404, `{"code":5,"message":"no key orders"}`, api.NotFound, client.ErrNoKey,
			"no key orders"},
		"away":     {"t1.x", 502, "<html>", api.Unavailable, nil, "when its server is down"},
		"too many": {"t1.x", 429, "{}", api.ResourceExhausted, nil, "429 Too Many Requests"},
	} {
		err := encryptWith(t, row.token, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(row.status)
			io.WriteString(w, row.body)
		})
		var e *api.Error
		if !errors.As(err, &e) || e.Code != row.code || row.is != nil && !errors.Is(err, row.is) || row.is == nil &&
			errors.Is(err, client.ErrNoKey) || !strings.Contains(e.Message, row.want) || row.token != "" &&
			strings.Contains(e.Message, row.token) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRedirected: the token goes nowhere else, and where is told without what
// may be a secret.
func TestRedirected(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirection was followed")
	}))
	defer elsewhere.Close()
	err := encryptWith(t, "t1.x", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/login?session=SECRET#SECRET", http.StatusTemporaryRedirect)
	})
	if err == nil || !strings.Contains(err.Error(), `points to "`+elsewhere.URL+`/login", which is not followed`) ||
		strings.Contains(err.Error(), "SECRET") {
		t.Error(err)
	}
}

// TestWrongEndpoint: TLS against a port without it, plain text against one with
// it, a certificate of nobody's, do not pass by waiting.
func TestWrongEndpoint(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	for _, url := range []string{strings.Replace(plain.URL, "http:", "https:", 1),
		strings.Replace(secure.URL, "https:", "http:", 1), secure.URL} {
		_, err := mustNew(t, url).Encrypt(ctx, new(api.Call),
			&api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
		wantError(t, url, err, api.Unknown, "")
	}
}

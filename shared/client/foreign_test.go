package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/client"
	"rekey/shared/key"
)

// TestNew: plaintexts go over plain HTTP only on loopback.
func TestNew(t *testing.T) {
	for _, endpoint := range []string{
		"http://127.0.0.1:8480", "http://localhost:8480/", "http://localhost", "http://LocalHost:1",
		"https://kms.example.com:", "http://[::1]:8480", "http://127.8.9.10:1",
		"https://kms.example.com", "https://kms.example.com:8443/base/", "https://192.0.2.1",
	} {
		if _, err := client.New(endpoint, ""); err != nil {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	for _, endpoint := range []string{
		"http://kms.example.com", "http://192.0.2.1:8480", "http://10.0.0.1", "http://0.0.0.0:8480",
		"http://[2001:db8::1]:8480", "http://:8480",
		"http://localhost.example.com", "http://127.0.0.1.example.com", "HTTP://kms.example.com",
	} {
		if _, err := client.New(endpoint, ""); err == nil || !strings.Contains(err.Error(), "plain HTTP") {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
	for _, endpoint := range []string{"http://localhost@example.com", "https://user:hunter2@kms.example.com",
		"https://kms.example.com/?token=x", "https://kms.example.com/#x"} {
		if _, err := client.New(endpoint, ""); err == nil || !strings.Contains(err.Error(), "leave it out") ||
			strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
	for _, endpoint := range []string{"http://127.0.0.1:65536", "http://127.0.0.1:99999", "https://kms.example.com:0"} {
		if _, err := client.New(endpoint, ""); err == nil ||
			!strings.Contains(err.Error(), "a port is from 1 to 65535") {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
	for _, endpoint := range []string{"http://127.0.0.1:8480/kms/v1", "http://127.0.0.1:8480/kms/v1/keys/one:encrypt",
		"https://kms.example.com/base/kms/v1/keys/"} {
		if _, err := client.New(endpoint, ""); err == nil ||
			!strings.Contains(err.Error(), "ends before /kms/v1: leave that out") {
			t.Errorf("%s: got %v", endpoint, err)
		}
	}
	for _, endpoint := range []string{"", "127.0.0.1:8480", "localhost:8480", "kms.example.com", "/kms",
		"ftp://127.0.0.1", "unix:///run/kms", "http://", "http://a b", "://"} {
		if _, err := client.New(endpoint, ""); err == nil || !strings.Contains(err.Error(), "not a URL") {
			t.Errorf("%q: got %v", endpoint, err)
		}
	}
}

// encrypt asks a server that is not ours to encrypt something.
func encrypt(t *testing.T, h http.HandlerFunc) error {
	t.Helper()
	s := httptest.NewServer(h)
	defer s.Close()
	_, err := mustNew(t, s.URL+"/base/").Encrypt(ctx, new(api.Call),
		&api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
	return err
}

// TestNotAKMS: whatever else answers, it is told, and nothing counts as
// encrypted.
func TestNotAKMS(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"a page":          {200, "<html>hello</html>", "does not answer as a KMS"},
		"nothing":         {200, "", "does not answer as a KMS"},
		"null":            {200, "null", "does not answer as a KMS"},
		"an empty object": {200, "{}", "does not answer as a KMS"},
		"another object":  {200, `{"status":"ok"}`, "does not answer as a KMS"},
		"another key":     {200, `{"keyId":"two","versionId":"v1","ciphertext":"eA=="}`, "does not answer as a KMS"},
		"no ciphertext":   {200, `{"keyId":"one","versionId":"v1"}`, "does not answer as a KMS"},
		"another's field": {200, `{"keyId":"one","versionId":"v1","dataKeyCiphertext":"eA=="}`,
			"does not answer as a KMS"},
		"no base64": {200, `{"keyId":"one","versionId":"v1","ciphertext":"!"}`, "does not answer as a KMS"},
		"too much": {200, `{"keyId":"one","versionId":"v1","ciphertext":"` + strings.Repeat("A", 2<<20) + `"}`,
			"does not answer as a KMS"},
		"a page, 404":  {404, "404 page not found", "answered 404 Not Found, and not as a KMS does"},
		"an empty 500": {500, "", "answered 500 Internal Server Error, and not as a KMS does"},
		"code 0":       {400, `{"code":0,"message":"x"}`, "answered 400 Bad Request, and not as a KMS does"},
		"a code of a type": {400, `{"code":"INVALID","message":"x"}`,
			"answered 400 Bad Request, and not as a KMS does"},
		"204": {204, "", "answered 204 No Content, and not as a KMS does"},
	} {
		err := encrypt(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(row.status)
			io.WriteString(w, row.body)
		})
		wantError(t, name, err, api.Unknown, "http://127.0.0.1:")
		if err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
}

// TestHalfAnswers: what is missing of an answer that looks like one.
func TestHalfAnswers(t *testing.T) {
	half := `{"keyId":"one","versionId":"v1","ciphertext":"eA==","dataKeyCiphertext":"eA==","sourceKeyId":"three"}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, half) }))
	defer s.Close()
	c := mustNew(t, s.URL)
	_, err := c.GenerateDataKey(ctx, new(api.Call), &api.GenerateDataKeyRequest{KeyID: "one",
		DataKeySpec: key.AES256})
	wantError(t, "a data key without plaintext", err, api.Unknown, "http://127.0.0.1:")
	_, err = c.ReEncrypt(ctx, new(api.Call), &api.ReEncryptRequest{KeyID: "one", SourceKeyID: "two",
		Ciphertext: []byte("x")})
	wantError(t, "another source key", err, api.Unknown, "http://127.0.0.1:")
	half = `{"keyId":"one","versionId":"v1","dataKeyPlaintext":"eA==","dataKeyCiphertext":"eA=="}`
	_, err = c.GenerateDataKey(ctx, new(api.Call), &api.GenerateDataKeyRequest{KeyID: "one", DataKeySpec: key.AES256,
		SkipPlaintext: true})
	wantError(t, "a plaintext that was to be skipped", err, api.Unknown, "http://127.0.0.1:")
}

// TestMessagesDoNotSteer: a stranger's text has no control characters.
func TestMessagesDoNotSteer(t *testing.T) {
	err := encrypt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		io.WriteString(w, `{"code":3,"message":"a\u001b[2Jb\nc"}`)
	})
	wantError(t, "control characters", err, api.InvalidArgument, "a.[2Jb.c")
}

// TestRequest is what a server gets.
func TestRequest(t *testing.T) {
	err := encrypt(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != "POST" || r.URL.Path != "/base/kms/v1/keys/one:encrypt" ||
			r.Header.Get("Content-Type") != "application/json" || string(body) != `{"plaintext":"eA=="}` {
			t.Errorf("got %s %s, %v, %s", r.Method, r.URL, r.Header, body)
		}
		io.WriteString(w, `{"keyId":"one","versionId":"v1","ciphertext":"eA==","new":1}`)
	})
	if err != nil {
		t.Error(err)
	}
}

// TestNoRedirection: the plaintext goes nowhere else.
func TestNoRedirection(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			t.Errorf("%d was followed", status)
		}))
		err := encrypt(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
		wantError(t, http.StatusText(status), err, api.Unknown, "http://127.0.0.1:")
		elsewhere.Close()
	}
}

// TestNoAnswer: nobody there, an answer that breaks off, a caller in a hurry.
func TestNoAnswer(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := mustNew(t, s.URL).Encrypt(ctx, new(api.Call), &api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
	wantError(t, "nobody", err, api.Unavailable, "no answer from "+s.URL)

	err = encrypt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, `{"keyId":`)
	})
	wantError(t, "broken off", err, api.Unavailable, "the answer of ")

	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer slow.Close()
	defer close(release)
	hurry, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err = mustNew(t, slow.URL).Encrypt(hurry, new(api.Call),
		&api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
	wantError(t, "in a hurry", err, api.Unavailable, "no answer from ")
}

// TestProxyAway: what a proxy does not answer is not the server's fault.
func TestProxyAway(t *testing.T) {
	if os.Getenv("CLIENT_TEST_PROXY") == "" { // the environment is read once in a process
		s := httptest.NewServer(http.NotFoundHandler())
		s.Close()
		c := exec.Command(os.Args[0], "-test.run=^TestProxyAway$", "-test.v")
		c.Env = append(os.Environ(), "CLIENT_TEST_PROXY=1", "NO_PROXY=", "HTTPS_PROXY="+s.URL)
		if text, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, text)
		}
		return
	}
	_, err := mustNew(t, "https://kms.invalid").Encrypt(ctx, new(api.Call),
		&api.EncryptRequest{KeyID: "one", Plaintext: []byte("x")})
	wantError(t, "a proxy that is away", err, api.Unavailable, "no answer from https://kms.invalid: proxyconnect ")
	if !strings.HasSuffix(err.Error(), ": see the proxy in HTTPS_PROXY") || errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
}

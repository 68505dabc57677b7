package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
	"rekey/shared/server"
)

var ctx = context.Background()

// ring has the keys one and two, with a version v1 each.
type ring map[key.ID]*keyring.Version

func (r ring) Get(_ context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	switch {
	case r[k] == nil:
		return nil, keyring.ErrNoKey
	case v != "" && v != "v1":
		return nil, keyring.ErrNoVersion
	}
	return r[k], nil
}

// deployment is the server behind a door that wants a token; broken may change
// what a request becomes.
func deployment(t *testing.T, broken func(http.Handler) http.Handler) string {
	t.Helper()
	r := ring{}
	for i, id := range []key.ID{"one", "two"} {
		v, err := keyring.NewVersion(id, "v1", key.AES256, bytes.Repeat([]byte{byte(i + 1)}, 32))
		if err != nil {
			t.Fatal(err)
		}
		r[id] = v
	}
	h := server.Handler(rest.New(identity.None.Authenticator(), pipeline.Owner,
		rest.Crypto(kms.New(r, pipeline.Owner))))
	door := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer good" {
			http.Error(w, `{"message":"Unauthorized"}`, http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
	s := httptest.NewServer(broken(door))
	t.Cleanup(s.Close)
	return s.URL
}

func whole(h http.Handler) http.Handler { return h }

// TestService: a deployment that is all right, and what each fault of one shows
// as.
func TestService(t *testing.T) {
	t.Setenv("SMOKE_TOKEN", "good")
	for name, row := range map[string]struct {
		broken func(http.Handler) http.Handler
		want   string
	}{
		"whole": {whole, ""},
		"public": {func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Header.Set("Authorization", "Bearer good")
				h.ServeHTTP(w, r)
			})
		}, "2 of 10 checks failed: nobody gets in without credentials; nobody gets in with wrong credentials"},
		"no decryption": {func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, ":decrypt") {
					http.Error(w, "bad gateway", http.StatusBadGateway)
					return
				}
				h.ServeHTTP(w, r)
			})
		}, "5 of 10 checks failed: encrypt, decrypt; re-encrypt to another key and AAD; a data key opens; another AAD"},
	} {
		var out bytes.Buffer
		err := run(ctx, []string{"-url", deployment(t, row.broken), "-key", "one", "-other", "two"}, &out)
		if (err == nil) != (row.want == "") || err != nil && !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s: error is %v, want %q\n%s", name, err, row.want, &out)
		}
		if err == nil && strings.Count(out.String(), "ok    ") != len(checks) {
			t.Errorf("%s: it says\n%s", name, &out)
		}
	}
}

// TestLockbox: the table of what is assumed and seen.
func TestLockbox(t *testing.T) {
	s, err := lockboxtest.Start(lockboxtest.Options{Behavior: lockboxtest.Behavior{CopyGenerated: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.Admin, lockboxtest.DefaultFolder)
	at := "http://" + s.Addr()
	for name, value := range map[string]string{"REKEY_FOLDER_ID": lockboxtest.DefaultFolder,
		"REKEY_IAM_TOKEN":        s.Token(lockboxtest.DefaultServiceAccount),
		"REKEY_LOCKBOX_ENDPOINT": at, "REKEY_SECRETS_ENDPOINT": at, "REKEY_OPERATION_ENDPOINT": at} {
		t.Setenv(name, value)
	}
	var out bytes.Buffer
	err = run(ctx, []string{"-lockbox"}, &out)
	if err == nil || !strings.HasPrefix(err.Error(), "1 of ") {
		t.Errorf("error is %v", err)
	}
	if !regexp.MustCompile(`AddVersion, of a generated secret  +generates a new text  +copies the old text  +DIFFERS`).
		MatchString(out.String()) || strings.Count(out.String(), "DIFFERS") != 1 {
		t.Errorf("it says\n%s", &out)
	}
}

// TestUsage: a wrong command line is told so before anything is called.
func TestUsage(t *testing.T) {
	t.Setenv("SMOKE_TOKEN", "")
	for line, want := range map[string]string{
		"":                                    "nothing to do",
		"-url https://x":                      "-key, -other: a key id",
		"-url https://x -key one":             "SMOKE_TOKEN is not set",
		"-function encrypt -key one":          "want NAME=URL",
		"-function encrypt=u -key one":        "-function datakey=URL is missing",
		"-function all=u -key one":            "one of datakey, decrypt, encrypt, reencrypt",
		"-url d5d.example -key one":           "want https://HOST",
		"-url http://d5d.example -key one":    "want https://HOST",
		"-url u -function encrypt=b -key one": "two ways in",
		"-url u -key one extra":               `"extra" is not understood`,
		"-url https://u -key one -aws eu":     "AWS_ACCESS_KEY_ID",
	} {
		short, cancel := context.WithTimeout(ctx, time.Second)
		if err := run(short, strings.Fields(line), io.Discard); !errors.Is(err, errUsage) ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
		cancel()
	}
}

// TestBrokenOff: checks that were not made have not failed.
func TestBrokenOff(t *testing.T) {
	t.Setenv("SMOKE_TOKEN", "good")
	over, cancel := context.WithCancel(ctx)
	cancel()
	var out bytes.Buffer
	err := run(over, []string{"-lockbox", "-url", deployment(t, whole), "-key", "one"}, &out)
	if !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("error is %v, and it says %q", err, &out)
	}
}

// TestUnsaid: findings that nobody could read are a failure.
func TestUnsaid(t *testing.T) {
	t.Setenv("SMOKE_TOKEN", "good")
	out, in := io.Pipe()
	out.Close()
	err := run(ctx, []string{"-url", deployment(t, whole), "-key", "one"}, in)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("with nowhere to print: %v", err)
	}
}

package lockbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

const account = lockboxtest.DefaultServiceAccount

// keyFile is an authorized key of the service account, in a file.
func (f *fixture) keyFile(t *testing.T) string {
	t.Helper()
	return mustFile(t, f.key(t))
}

// key is an authorized key of the service account.
func (f *fixture) key(t *testing.T) string {
	t.Helper()
	data, err := f.AccountKey(account)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestCredentials: each kind reads a key, and once its token is not accepted
// any more, as after a long freeze, one fresh token is asked for. A token that
// was given is all there is.
func TestCredentials(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	for name, test := range map[string]struct {
		c      func() Credentials
		asked  int // for tokens, in the end
		revive bool
	}{
		"metadata": {func() Credentials { return Credentials{} }, 2, true},
		"key file": {func() Credentials { return Credentials{KeyFile: f.keyFile(t)} }, 2, true},
		"secret": {func() Credentials {
			return Credentials{KeySecret: f.extension(t).Put("sa-key", f.key(t))}
		}, 2, true},
		"token": {func() Credentials { return Credentials{Token: f.Token(account)} }, 0, false},
	} {
		s := f.open(t, test.c())
		f.ResetCounts()
		for range 2 {
			if _, err := s.Get(ctx, id, ""); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		f.ExpireTokens()
		v, err := s.Get(ctx, id, "")
		if (v != nil) != test.revive || !test.revive && !errors.Is(err, keyring.ErrUnauthenticated) {
			t.Errorf("%s: after its end: %v, %v", name, v, err)
		}
		if n := f.TokenRequests(); n != test.asked {
			t.Errorf("%s: %d requests for a token, want %d", name, n, test.asked)
		}
	}
}

// TestRefusedCredentials: what is not accepted twice is not asked for again,
// and the operator reads why.
func TestRefusedCredentials(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	f.Inject(lockboxtest.Fault{Method: get, Code: codes.Unauthenticated})
	if _, err := f.store.Get(ctx, id, ""); !errors.Is(err, keyring.ErrUnauthenticated) {
		t.Errorf("error is %v", err)
	}
	if calls, asked := f.Calls(get), f.TokenRequests(); calls != 2 || asked != 2 {
		t.Errorf("%d calls with %d tokens, want 2 with 2", calls, asked)
	}
	if !strings.Contains(f.log.String(), "does not accept the credentials") {
		t.Errorf("the log has %q", f.log)
	}
}

// TestRefusedExchange: what IAM says of our credentials is not an answer about the
// key, and clears no cache.
func TestRefusedExchange(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, versions := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	s := f.open(t, Credentials{KeyFile: f.keyFile(t)})
	for _, code := range []codes.Code{codes.Unauthenticated, codes.PermissionDenied, codes.NotFound,
		codes.InvalidArgument, codes.FailedPrecondition} {
		remove := f.Inject(lockboxtest.Fault{Method: iam.IamTokenService_Create_FullMethodName, Code: code})
		for _, v := range []string{"", versions[0]} {
			if _, err := s.Get(ctx, id, key.VersionID(v)); !errors.Is(err, keyring.ErrUnauthenticated) ||
				keyring.Negative(err) {
				t.Errorf("IAM answers %v: Get(%q): %v", code, v, err)
			}
		}
		remove()
	}
}

// TestExhaustedExchange: IAM's quota is not that of reads: it is an outage.
func TestExhaustedExchange(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	s := f.open(t, Credentials{KeyFile: f.keyFile(t)})
	f.Inject(lockboxtest.Fault{Method: iam.IamTokenService_Create_FullMethodName, Code: codes.ResourceExhausted})
	limited, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := s.Get(limited, id, ""); !errors.Is(err, keyring.ErrUnavailable) ||
		errors.Is(err, keyring.ErrExhausted) {
		t.Errorf("got %v, want %v", err, keyring.ErrUnavailable)
	}
}

// TestNoToken: the lack of a token is not an answer about the key.
func TestNoToken(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	f.Inject(lockboxtest.Fault{Method: lockboxtest.MetadataToken, Code: codes.NotFound})
	limited, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if _, err := f.store.Get(limited, id, ""); err == nil || keyring.Negative(err) {
		t.Errorf("without a service account: %v", err)
	}
	f.Heal()
	if _, err := f.store.Get(ctx, id, ""); err != nil {
		t.Errorf("a failure was remembered: %v", err)
	}
}

// TestOneTokenForMany: concurrent callers ask for one token.
func TestOneTokenForMany(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	f.Inject(lockboxtest.Fault{Method: lockboxtest.MetadataToken, Latency: 50 * time.Millisecond})
	errs := make(chan error)
	for range 50 {
		go func() {
			_, err := f.store.Get(ctx, id, "")
			errs <- err
		}()
	}
	for range 50 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := f.TokenRequests(); n != 1 {
		t.Errorf("%d requests for a token, want 1", n)
	}
}

// TestSecretsStaySecret: neither tokens nor keys show in errors and logs.
func TestSecretsStaySecret(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	token := f.Token(account)
	s := f.open(t, Credentials{Token: token})
	for _, code := range []codes.Code{codes.PermissionDenied, codes.Unauthenticated, codes.NotFound} {
		remove := f.Inject(lockboxtest.Fault{Code: code})
		_, err := s.Get(ctx, key.ID("e6q00000000000000000"), "")
		remove()
		if shown := err.Error() + f.log.String(); strings.Contains(shown, token) {
			t.Errorf("%v: the token is shown", code)
		}
	}
}

// mustFile is a file with this content, such as a key or what is none.
func mustFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBadCredentials(t *testing.T) {
	at := Endpoint("http://127.0.0.1:1")
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"file, token":   {Options{Credentials: Credentials{KeyFile: "f", Token: "t"}}, "give one"},
		"file, secret":  {Options{Credentials: Credentials{KeyFile: "f", KeySecret: "s"}}, "give one"},
		"secret, token": {Options{Credentials: Credentials{KeySecret: "s", Token: "t"}}, "give one"},
		"a line break":  {Options{Credentials: Credentials{Token: "t1.token\n"}}, "line break"},
		"a wrong file": {Options{Credentials: Credentials{KeyFile: mustFile(t, `"t1.token"`)}},
			"reading the service account's key"},
		"another file": {Options{Credentials: Credentials{KeyFile: mustFile(t,
			`{"id":"a","service_account_id":"b","private_key":"t1.token"}`)}}, "reading the service account's key"},
		"no such file": {Options{Credentials: Credentials{KeyFile: filepath.Join(t.TempDir(), "none")}},
			"reading the service account's key"},
		"no port":        {Options{Endpoint: "payload.lockbox"}, "not a host:port"},
		"a path":         {Options{Endpoint: "http://127.0.0.1:1/v1"}, "not a host:port"},
		"plain, far":     {Options{Endpoint: "http://10.0.0.1:80"}, "without TLS and not on this machine"},
		"plain, by name": {Options{IAMEndpoint: "http://iam.example:80"}, "without TLS and not on this machine"},
	} {
		if test.o.Endpoint == "" {
			test.o.Endpoint = at
		}
		if s, err := New(test.o); s != nil || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: New = %v, %v; want %q", name, s, err, test.want)
		} else if strings.Contains(err.Error(), "t1.token") {
			t.Errorf("%s: the secret is shown: %v", name, err)
		}
	}
	for _, good := range []Endpoint{at, "http://localhost:1", "http://[::1]:1", DefaultEndpoint} {
		if err := good.Check(); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

// TestReadableKeyFile: a key that everybody may read is refused, unless that
// was allowed; its group may, and a byte order mark is not part of it.
func TestReadableKeyFile(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, []byte("\ufeff"+f.key(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, refused := range map[os.FileMode]bool{0o600: false, 0o440: false, 0o444: true, 0o644: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		f.open(t, Credentials{KeyFile: path, Readable: true})
		at := Endpoint("http://" + f.Addr())
		strict, err := New(Options{Endpoint: at, IAMEndpoint: at, Credentials: Credentials{KeyFile: path}})
		if err == nil {
			strict.Close()
		}
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), path+" can be read by everybody") {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

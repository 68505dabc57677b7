package cloud

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rekey/deploy/local/extensiontest"
	"rekey/deploy/local/lockboxtest"
)

// account is a Lockbox with a key of a service account.
type account struct {
	*lockboxtest.Server
	key string
}

func mustAccount(t *testing.T) account {
	t.Helper()
	s, err := lockboxtest.Start(lockboxtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	key, err := s.AccountKey(lockboxtest.DefaultServiceAccount)
	if err != nil {
		t.Fatal(err)
	}
	return account{s, string(key)}
}

// inSecret is a Link whose credentials are the key in AWS Secrets Manager, and
// the extension that reads it there.
func (a account) inSecret(t *testing.T) (*Link, *extensiontest.Server) {
	t.Helper()
	e := extensiontest.Start()
	t.Cleanup(e.Close)
	for _, kv := range e.Env() {
		name, value, _ := strings.Cut(kv, "=")
		t.Setenv(name, value)
	}
	at := Endpoint("http://" + a.Addr())
	l, err := New(Credentials{KeySecret: e.Put("sa-key", a.key)}, at, Service{payloads, at})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l, e
}

// private is what nobody may read in an error.
const private = "t1.put-there-by-mistake"

// spoilt are the ways in which there is no key, with what becomes of a call:
// UNAUTHENTICATED is a refusal, UNAVAILABLE may be over soon.
var spoilt = []struct {
	name  string
	spoil func(*testing.T, *extensiontest.Server)
	code  codes.Code
	says  string
}{
	{"not ready", func(_ *testing.T, e *extensiontest.Server) { e.NotReady(1) }, codes.Unavailable, "is not ready yet"},
	{"no layer", func(_ *testing.T, e *extensiontest.Server) { e.Close() }, codes.Unavailable,
		"is the layer AWS-Parameters-and-Secrets-Lambda-Extension part of this function?"},
	{"not allowed", denied400(""), codes.Unavailable, "has the role of this function the right " +
		"secretsmanager:GetSecretValue " +
		"on it"},
	{"not allowed, with the reason", denied400("api error AccessDeniedException: " + private), codes.Unauthenticated,
		"answers 400 Bad Request, AccessDeniedException for the secret"},
	{"no value, with the reason", denied400(`{"__type":"ResourceNotFoundException","message":"` + private + `"}`),
		codes.Unauthenticated, "does it have a value?"},
	{"another reason", denied400("ThrottlingException: " + private), codes.Unavailable,
		"400 Bad Request, ThrottlingException"},
	{"another function's token", setenv("AWS_SESSION_TOKEN", private), codes.Unauthenticated,
		"answers 401 Unauthorized"},
	{"no function", setenv("AWS_SESSION_TOKEN", ""), codes.Unauthenticated, "this is not an AWS Lambda function"},
	{"no port", setenv(extensionPort, "1@192.0.2.1:80"), codes.Unauthenticated, "want a port"},
	{"no key", put(`"` + private + `"`), codes.Unauthenticated, "holds no authorized key"},
	{"no PEM", put(`{"id":"a","service_account_id":"b","private_key":"` + private + `"}`), codes.Unauthenticated,
		`the secret "arn:aws:`},
	{"no text", put(""), codes.Unauthenticated, "--secret-string"},
}

func denied400(body string) func(*testing.T, *extensiontest.Server) {
	return func(_ *testing.T, e *extensiontest.Server) { e.Deny(body) }
}

func setenv(name, value string) func(*testing.T, *extensiontest.Server) {
	return func(t *testing.T, _ *extensiontest.Server) { t.Setenv(name, value) }
}

func put(text string) func(*testing.T, *extensiontest.Server) {
	return func(_ *testing.T, e *extensiontest.Server) { e.Put("sa-key", text) }
}

// TestNoSecret: whatever keeps a key away is told without a secret, and is not
// remembered.
func TestNoSecret(t *testing.T) {
	a := mustAccount(t)
	for _, test := range spoilt {
		t.Run(test.name, func(t *testing.T) {
			l, e := a.inSecret(t)
			t.Run("spoilt", func(t *testing.T) { // puts the environment back at its end
				test.spoil(t, e)
				text, err := l.tokens.get(ctx)
				if err == nil || text != "" {
					t.Fatalf("got a token, %v", err)
				}
				err = tokenError(ctx, err)
				if status.Code(err) != test.code || !strings.Contains(err.Error(),
					"reading the service account's key: ") || !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v\nwant %v that says %q", err, test.code, test.says)
				}
				if strings.Contains(err.Error(), private) {
					t.Error("a secret is shown")
				}
			})
			if test.name == "no layer" {
				return
			}
			e.Allow()
			e.Put("sa-key", a.key)
			if _, err := l.tokens.get(ctx); err != nil {
				t.Errorf("a failure was remembered: %v", err)
			}
		})
	}
}

// TestOnlyLoopback: the extension is asked on this machine, whatever localhost
// resolves to.
func TestOnlyLoopback(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:2773": true, "127.9.9.9:2773": true, "[::1]:2773": true,
		"10.0.0.1:2773": false, "[fe80::1%lo]:2773": false, "169.254.169.254:80": false, "localhost:2773": false,
		"": false,
	} {
		if err := onlyLoopback("tcp", address, nil); (err == nil) != ok {
			t.Errorf("%q: %v, want allowed %t", address, err, ok)
		}
	}
	if _, err := extensionClient.Get("http://192.0.2.1:2773/"); err == nil ||
		!strings.Contains(err.Error(), "is not on this machine") {
		t.Errorf("the client connects to another machine: %v", err)
	}
}

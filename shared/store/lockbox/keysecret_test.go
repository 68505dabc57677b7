package lockbox

import (
	"errors"
	"strings"
	"testing"

	"rekey/deploy/local/extensiontest"
	"rekey/deploy/local/lockboxtest"
	"rekey/shared/keyring"
)

// extension is AWS's extension, which this process finds as a function does.
func (f *fixture) extension(t *testing.T) *extensiontest.Server {
	t.Helper()
	e := extensiontest.Start()
	t.Cleanup(e.Close)
	for _, kv := range e.Env() {
		name, value, _ := strings.Cut(kv, "=")
		t.Setenv(name, value)
	}
	return e
}

// TestKeySecret: a key is read only for the first token, whether its secret is
// named by its name or its ARN, and read again when IAM refuses it, as after a
// rotation.
func TestKeySecret(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	const name = "rekey/prod/sa-key+1"
	for _, byARN := range []bool{false, true} {
		f.DeleteKeys(account)
		e := f.extension(t)
		ask := e.Put(name, f.key(t))
		if !byARN {
			ask = name
		}
		s := f.open(t, Credentials{KeySecret: ask})
		step := func(what string, reads int) {
			t.Helper()
			f.ExpireTokens()
			if _, err := s.Get(ctx, id, ""); err != nil || e.Reads() != reads {
				t.Fatalf("%s, by %s: %v after %d reads of the secret, want %d", what, ask, err, e.Reads(), reads)
			}
		}
		step("the first token", 1)
		step("another token", 1)
		f.DeleteKeys(account)
		e.Put(name, f.key(t))
		step("another key", 2)
		step("a token of that", 2)
	}
}

// TestKeySecretRefused: a key that IAM refuses is read again once, not more,
// and is not remembered.
func TestKeySecretRefused(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	e := f.extension(t)
	s := f.open(t, Credentials{KeySecret: e.Put("sa-key", f.key(t))})
	if _, err := s.Get(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	f.DeleteKeys(account)
	f.ExpireTokens()
	for reads := 2; reads <= 3; reads++ {
		if _, err := s.Get(ctx, id, ""); !errors.Is(err, keyring.ErrUnauthenticated) || e.Reads() != reads {
			t.Errorf("a key that is deleted: %v after %d reads of the secret, want %d", err, e.Reads(), reads)
		}
	}
	e.Put("sa-key", f.key(t))
	if _, err := s.Get(ctx, id, ""); err != nil {
		t.Errorf("with a new key: %v", err)
	}
}

// TestKeySecretNotReady: an instance whose extension does not serve yet waits
// for it.
func TestKeySecretNotReady(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	e := f.extension(t)
	s := f.open(t, Credentials{KeySecret: e.Put("sa-key", f.key(t))})
	e.NotReady(3)
	if _, err := s.Get(ctx, id, ""); err != nil || e.Requests() != 4 {
		t.Errorf("%v after %d requests, want 4", err, e.Requests())
	}
}

// TestNoKeySecret: a secret that is not a key is not an answer about the keys in Lockbox, is
// not asked for again immediately, and is told to the operator.
func TestNoKeySecret(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	e := f.extension(t)
	s := f.open(t, Credentials{KeySecret: e.Put("sa-key", `{"a":"password"}`)})
	if _, err := s.Get(ctx, id, ""); !errors.Is(err, keyring.ErrUnauthenticated) || keyring.Negative(err) ||
		e.Requests() != 1 {
		t.Errorf("%v after %d requests, want 1", err, e.Requests())
	}
	for _, want := range []string{"does not accept the credentials", "holds no authorized key", "sa-key"} {
		if !strings.Contains(f.log.String(), want) {
			t.Errorf("the log has not %q: %s", want, f.log)
		}
	}
}

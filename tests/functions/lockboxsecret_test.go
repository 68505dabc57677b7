package functions_test

import (
	"fmt"
	"strings"
	"testing"

	"rekey/deploy/local/extensiontest"
	"rekey/deploy/local/lockboxtest"
	"rekey/shared/api"
)

// keySecret is where deploy/aws keeps the service account's key.
const keySecret = "rekey/sa-key"

// mustKeySecret adds to the environment of a function what it has on AWS
// Lambda: the key of its service account in AWS Secrets Manager, and the
// extension that reads it.
func mustKeySecret(t *testing.T, lb *lockboxtest.Server, env []string) (e *extensiontest.Server, withSecret []string) {
	t.Helper()
	e = extensiontest.Start()
	t.Cleanup(e.Close)
	env = append(env, "REKEY_SA_KEY_SECRET="+e.Put(keySecret, mustAccountKey(t, lb)))
	return e, append(env, e.Env()...)
}

func mustAccountKey(t *testing.T, lb *lockboxtest.Server) string {
	t.Helper()
	key, err := lb.AccountKey(lockboxtest.DefaultServiceAccount)
	if err != nil {
		t.Fatal(err)
	}
	return string(key)
}

// TestKeySecretColdStart: the key is read once in an instance, exchanged for
// one token, and nobody asks for the metadata service of another cloud. An
// extension that does not serve yet costs no failure.
func TestKeySecretColdStart(t *testing.T) {
	t.Parallel()
	for _, notReady := range []int{0, 3} {
		lb, id, versions, env := mustLockbox(t)
		e, env := mustKeySecret(t, lb, env)
		e.NotReady(notReady)
		l := mustInit(t, "encrypt", env...)
		event := strings.ReplaceAll(mustEvent(t, "aws-http-v2-encrypt.json"), first, id)
		for range 2 {
			if a := l.call(t, event); a.text("versionId") != versions[0] {
				t.Errorf("not ready %d times: got %s", notReady, a.raw)
			}
		}
		got := fmt.Sprintf("extension %d, secret %d, tokens %d, metadata %d, PayloadService %d",
			e.Requests(), e.Reads(), lb.TokenRequests(), lb.Calls(lockboxtest.MetadataToken), lb.PayloadGets(""))
		if want := fmt.Sprintf("extension %d, secret 1, tokens 1, metadata 0, PayloadService 1",
			notReady+1); got != want {
			t.Errorf("calls are %s; want %s", got, want)
		}
	}
}

// TestKeySecretWrong: callers are told to come back, the operator what is
// wrong, nobody what is in the secret; then it is put right, and the instance
// serves.
func TestKeySecretWrong(t *testing.T) {
	t.Parallel()
	const private = "hunter2-hunter2"
	for name, test := range map[string]struct {
		spoil func(*extensiontest.Server)
		says  string
	}{
		"not allowed": {func(e *extensiontest.Server) { e.Deny("") }, "secretsmanager:GetSecretValue"},
		"no key": {func(e *extensiontest.Server) { e.Put(keySecret, `{"password":"`+private+`"}`) },
			"holds no authorized key"},
	} {
		lb, id, _, env := mustLockbox(t)
		e, env := mustKeySecret(t, lb, env)
		test.spoil(e)
		l := mustInit(t, "encrypt", env...)
		event := strings.ReplaceAll(mustEvent(t, "aws-http-v2-encrypt.json"), first, id)
		if a := l.call(t, event); a.code() != api.Unavailable && a.code() != api.DeadlineExceeded {
			t.Errorf("%s: got %s, want that another try may do", name, a.raw)
		}
		e.Allow()
		e.Put(keySecret, mustAccountKey(t, lb))
		wantRecovery(t, l, event)
		l.end()
		if log := l.log.String(); !strings.Contains(log, test.says) || strings.Contains(log, private) ||
			strings.Contains(log, "PRIVATE") {
			t.Errorf("%s: the log does not say %q, or has a secret", name, test.says)
		}
	}
}

// TestKeySecretRotated: a running instance takes the next key once the old one
// is deleted.
func TestKeySecretRotated(t *testing.T) {
	t.Parallel()
	lb, id, _, env := mustLockbox(t)
	e, env := mustKeySecret(t, lb, env)
	l := mustInit(t, "encrypt", append(env, "REKEY_CACHE_TTL=0s", "REKEY_OFFLINE_GRACE=0s")...)
	event := strings.ReplaceAll(mustEvent(t, "aws-http-v2-encrypt.json"), first, id)
	for reads := 1; reads <= 2; reads++ {
		if a := l.call(t, event); a.status != 200 || e.Reads() != reads {
			t.Errorf("got %s after %d reads of the secret, want %d", a.raw, e.Reads(), reads)
		}
		lb.DeleteKeys(lockboxtest.DefaultServiceAccount)
		e.Put(keySecret, mustAccountKey(t, lb))
		lb.ExpireTokens()
	}
}

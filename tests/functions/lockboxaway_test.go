package functions_test

import (
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/platform"
	"rekey/shared/api"
)

// TestLockboxFrozen: connections that died while the instance was frozen cost
// one call a second, and no failure. While Lockbox cannot be reached at all, a
// call is answered before the platform's deadline; then the instance recovers.
func TestLockboxFrozen(t *testing.T) {
	t.Parallel()
	lb, id, _, env := mustLockbox(t)
	ttl := 100 * time.Millisecond
	env = append(env, "REKEY_CACHE_TTL="+ttl.String(), "REKEY_OFFLINE_GRACE=0s")
	l := mustStart(t, mustBuild(t, "encrypt"), platform.Config{Env: env, Freeze: true, Deadline: 3 * time.Second})
	event := strings.ReplaceAll(mustEvent(t, "aws-http-v2-encrypt.json"), first, id)
	if a := l.call(t, event); a.status != 200 {
		t.Fatalf("got %s", a.raw)
	}
	lb.DropConnections()
	next := mustRotate(t, lb, id)
	time.Sleep(ttl)
	if a := l.call(t, event); a.text("versionId") != next {
		t.Errorf("after the connections died: %s, want version %s", a.raw, next)
	}
	lb.Freeze()
	time.Sleep(ttl)
	l.call(t, event).wantError(t, "a Lockbox that is silent", 504, api.DeadlineExceeded, "")
	lb.Thaw()
	wantRecovery(t, l, event)
}

// TestLockboxDownAtFirst: an instance that never had an answer says that one
// may come, and serves when it does.
func TestLockboxDownAtFirst(t *testing.T) {
	t.Parallel()
	lb, id, _, env := mustLockbox(t)
	lb.Stop()
	l := mustInit(t, "encrypt", env...)
	event := strings.ReplaceAll(mustEvent(t, "aws-http-v2-encrypt.json"), first, id)
	a := l.call(t, event)
	a.wantError(t, "without Lockbox", 503, api.Unavailable, "")
	if a.headers["Retry-After"] == "" {
		t.Errorf("headers are %v, want Retry-After", a.headers)
	}
	if err := lb.Restart(); err != nil {
		t.Fatal(err)
	}
	wantRecovery(t, l, event)
}

// wantRecovery asks until the answer is good, for a few seconds: a failure is
// remembered for some.
func wantRecovery(t *testing.T, l *running, event string) {
	t.Helper()
	var a answer
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(100 * time.Millisecond) {
		if a = l.call(t, event); a.status == 200 {
			return
		}
	}
	t.Errorf("it does not recover: %s", a.raw)
}

package lockbox

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/store/lockbox/lockboxtest"
)

const get = lockbox.PayloadService_Get_FullMethodName

// TestStampede: 3000 callers of two cold keys are one call for each.
func TestStampede(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	one, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	two, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(2)))
	f.Inject(lockboxtest.Fault{Method: get, Latency: 100 * time.Millisecond})
	ring := keyring.New(f.store, keyring.Options{TTL: time.Minute})
	var all sync.WaitGroup
	for n := range 3000 {
		all.Add(1)
		go func() {
			defer all.Done()
			if _, err := ring.Get(ctx, []key.ID{one, two}[n%2], ""); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if a, b := f.PayloadGets(string(one)), f.PayloadGets(string(two)); a != 1 || b != 1 {
		t.Errorf("%d and %d calls, want one for each key", a, b)
	}
}

// TestFlood: made-up ids make a bounded number of calls, and the key in use
// goes on.
func TestFlood(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	ring := keyring.New(f.store, keyring.Options{TTL: time.Minute, PerInstance: keyring.Rate{PerSecond: 1, Burst: 40}})
	if _, err := ring.Get(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	limited := 0
	for n := range 1000 {
		_, err := ring.Get(ctx, key.ID(fmt.Sprintf("e6qmadeup%d", n)), "")
		switch {
		case errors.Is(err, keyring.ErrExhausted):
			limited++
		case !keyring.Negative(err):
			t.Fatalf("a made-up id: %v", err)
		}
	}
	if n := f.Calls(get); n > 60 || limited < 900 {
		t.Errorf("1000 made-up ids made %d calls, and %d were refused; want at most 40 or so", n, limited)
	}
	if _, err := ring.Get(ctx, id, ""); err != nil {
		t.Errorf("the key in use: %v", err)
	}
}

// TestTwoInstances: a rotation, and the loss of a role, reach every instance
// within the TTL; the old version goes on decrypting.
func TestTwoInstances(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, versions := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	ttl := 200 * time.Millisecond
	rings := []*keyring.Keyring{
		keyring.New(f.store, keyring.Options{TTL: ttl}),
		keyring.New(f.open(t, Credentials{}), keyring.Options{TTL: ttl}),
	}
	check := func(version, want string) {
		t.Helper()
		for n, r := range rings {
			if v, err := r.Get(ctx, id, key.VersionID(version)); err != nil || string(v.ID) != want {
				t.Errorf("instance %d: Get(%q) = %v, %v; want version %s", n, version, v, err, want)
			}
		}
	}
	check("", versions[0])
	next := f.AddVersion(string(id), lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Binary("AES_256", materialFor(2))}})
	time.Sleep(ttl)
	check("", next)
	check(versions[0], versions[0])
	f.Revoke(account, lockboxtest.PayloadViewer, string(id))
	time.Sleep(ttl)
	for n, r := range rings {
		if v, err := r.Get(ctx, id, ""); v != nil || !errors.Is(err, keyring.ErrDenied) {
			t.Errorf("instance %d without the role: %v, %v", n, v, err)
		}
	}
}

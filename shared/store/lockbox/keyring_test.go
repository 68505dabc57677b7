package lockbox

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

const get = lockbox.PayloadService_Get_FullMethodName

// TestQuota: what callers can use up is not an outage, and a revoked key is not
// served for it beyond the TTL.
func TestQuota(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	const ttl = 50 * time.Millisecond
	ring := keyring.New(f.store, keyring.Options{TTL: ttl, Grace: time.Hour})
	if _, err := ring.Get(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	remove := f.Inject(lockboxtest.Fault{Method: get, Code: codes.ResourceExhausted})
	f.Revoke(account, lockboxtest.PayloadViewer, string(id))
	time.Sleep(ttl)
	if v, err := ring.Get(ctx, id, ""); v != nil || !errors.Is(err, keyring.ErrExhausted) {
		t.Errorf("beyond the TTL: %v, %v", v, err)
	}
	remove()
	if v, err := ring.Get(ctx, id, ""); v != nil || !errors.Is(err, keyring.ErrDenied) {
		t.Errorf("once Lockbox answers: %v, %v", v, err)
	}
}

// TestArchive: a job that asks for versions that are destroyed keeps no live one
// of the same key from being served, however slow Lockbox is.
func TestArchive(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	const old = 30
	one := lockboxtest.Version{lockboxtest.Binary("AES_256", materialFor(1))}
	id, versions := f.AddSecret(nil, slices.Repeat([]lockboxtest.Version{one}, old+1)...)
	f.Change(id, func(_ *lockbox.Secret, versions []*lockbox.Version) {
		for _, v := range versions[:old] {
			v.Status = lockbox.Version_DESTROYED
		}
	})
	f.Grant(account, lockboxtest.PayloadViewer, id)
	ring := keyring.New(f.store, keyring.Options{TTL: time.Nanosecond, PerKey: keyring.Rate{Burst: 1000},
		PerInstance: keyring.Rate{Burst: 1000}})
	f.Inject(lockboxtest.Fault{Method: get, Latency: 100 * time.Millisecond})
	var job sync.WaitGroup
	for n := range old {
		job.Add(1)
		go func() {
			defer job.Done()
			time.Sleep(time.Duration(n) * 20 * time.Millisecond)
			if _, err := ring.Get(ctx, key.ID(id), key.VersionID(versions[n])); !errors.Is(err, keyring.ErrNotUsable) {
				t.Errorf("a destroyed version: %v", err)
			}
		}()
	}
	for n := range 3 {
		if _, err := ring.Get(ctx, key.ID(id), key.VersionID([]string{"", versions[old]}[n%2])); err != nil {
			t.Errorf("the live version: %v", err)
		}
	}
	job.Wait()
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
	next := f.AddVersion(string(id), lockboxtest.Version{lockboxtest.Binary("AES_256", materialFor(2))})
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

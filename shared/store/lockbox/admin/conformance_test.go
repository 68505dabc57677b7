package admin_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/store/lockbox"
	"rekey/shared/store/lockbox/admin"
	"rekey/shared/store/storetest"
)

const (
	reader = "ajereader00000000000"
	keeper = "ajekeeper00000000000"
	// window of the admins in these tests: max(60 s, 5 min).
	window = 5 * time.Minute
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestConformance(t *testing.T) {
	for name, material := range map[string]admin.Material{"generated": admin.AsBefore, "local": admin.Local} {
		t.Run(name, func(t *testing.T) {
			storetest.TestStore(t, func(t *testing.T) storetest.Harness { return harness(t, material) })
		})
	}
}

// harness is a Lockbox whose clock stands still, a store that may only read
// payloads, and an admin of its folder.
func harness(t *testing.T, material admin.Material) storetest.Harness {
	began := time.Date(2025, 3, 1, 9, 0, 0, 123456789, time.UTC)
	lb, err := lockboxtest.Start(lockboxtest.Options{
		Now: func() time.Time { return began }, Behavior: lockboxtest.Behavior{MaxPage: 2}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lb.Close() })
	lb.Grant(reader, lockboxtest.PayloadViewer, lockboxtest.DefaultFolder)
	lb.Grant(keeper, lockboxtest.Admin, lockboxtest.DefaultFolder)
	at := lockbox.Endpoint("http://" + lb.Addr())
	open := func(t *testing.T) (keyring.Store, keyadmin.Admin) {
		s, err := lockbox.New(lockbox.Options{Endpoint: at, IAMEndpoint: at,
			Credentials: lockbox.Credentials{Token: lb.Token(reader)}, Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		a, err := admin.New(admin.Options{
			Endpoint: at, SecretsEndpoint: at, OperationEndpoint: at, IAMEndpoint: at,
			Credentials: lockbox.Credentials{Token: lb.Token(keeper)},
			FolderID:    lockboxtest.DefaultFolder, Material: material, Window: window,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(a.Close)
		return s, a
	}
	s, a := open(t)
	return storetest.Harness{
		Store: s, Admin: a, Reopen: open, Advance: lb.Advance, Window: window,
		OwnIDs: true, Vague: true, ForgetsDates: true, Immediately: 2 * time.Second, Barren: true,
	}
}

package boot

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	fileadmin "rekey/shared/store/file/admin"
)

// TestOptions: the cache is as the environment says, and its limits as the store
// needs them.
func TestOptions(t *testing.T) {
	for _, c := range []struct {
		store config.Store
		set   int
		want  int
	}{
		{config.StoreLockbox, 0, 20},
		{config.StoreLockbox, 7, 7},
		{config.StoreFile, 0, 1000},
		{config.StoreFile, 7, 7},
	} {
		o := options(&config.Config{StoreSettings: config.StoreSettings{Store: c.store, CacheTTL: time.Minute,
			OfflineGrace: time.Hour, UnknownReads: c.set}}, quiet)
		perKey, perInstance := keyring.Unknown(c.want)
		if o.PerKey != perKey || o.PerInstance != perInstance || o.TTL != time.Minute || o.Grace != time.Hour ||
			o.Log != quiet {
			t.Errorf("%+v: got %+v", c, o)
		}
	}
}

// TestZeroTTLOverAFile: a loop of one client over a keyring file is answered,
// though each request asks the file.
func TestZeroTTLOverAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	a, err := fileadmin.Open(path, fileadmin.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	k, err := a.Create(context.Background(), keyadmin.Creation{})
	if err != nil {
		t.Fatal(err)
	}
	c := &config.Config{StoreSettings: config.StoreSettings{Store: config.StoreFile, Keyring: path}}
	store, err := openStore(c, nil, quiet)
	if err != nil {
		t.Fatal(err)
	}
	ring := keyring.New(store, options(c, quiet))
	for n := range 1000 {
		if _, err := ring.Get(context.Background(), k.ID, ""); err != nil {
			t.Fatalf("request %d: %v", n, err)
		}
	}
}

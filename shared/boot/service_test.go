package boot

import (
	"testing"
	"time"

	"rekey/shared/config"
	"rekey/shared/keyring"
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
		o := options(&config.Config{Store: c.store, CacheTTL: time.Minute, OfflineGrace: time.Hour, UnknownReads: c.set}, quiet)
		perKey, perInstance := keyring.Unknown(c.want)
		if o.PerKey != perKey || o.PerInstance != perInstance || o.TTL != time.Minute || o.Grace != time.Hour || o.Log != quiet {
			t.Errorf("%+v: got %+v", c, o)
		}
	}
}

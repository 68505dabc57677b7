package serve

import (
	"context"
	"errors"
	"os"
	"time"

	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// open prepares the keys that are served, and says which they are. Over
// Lockbox others see to them: to serve them takes fewer rights.
func open(ctx context.Context, cfg *settings.Settings) (*document, keyadmin.Admin, error) {
	if !cfg.InFile() {
		ad, err := cfg.OpenAdmin(false)
		return inLockbox(cfg), ad, err
	}
	ad, created, err := openOrCreate(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	cfg.Purge(ctx, ad)
	go every(ctx, time.Minute, func() { cfg.Purge(ctx, ad) }) // versions whose time has come
	doc, err := inKeyring(ctx, cfg, ad, created)
	return doc, ad, err
}

// openOrCreate opens the keyring, and makes one with a first key if there is
// none.
func openOrCreate(ctx context.Context, cfg *settings.Settings) (ad keyadmin.Admin, created bool, err error) {
	ad, err = cfg.OpenAdmin(false)
	if err == nil || !errors.Is(err, os.ErrNotExist) || !cfg.MayCreate() {
		return ad, false, err
	}
	if ad, err = cfg.OpenAdmin(true); err != nil {
		return nil, false, err
	}
	_, err = ad.Create(ctx, keyadmin.Creation{Name: "first", Algorithm: key.AES256})
	if errors.Is(err, keyadmin.ErrExists) {
		return ad, false, nil // another serve was faster
	}
	return ad, true, err
}

// every calls f again and again until the context ends.
func every(ctx context.Context, period time.Duration, f func()) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f()
		}
	}
}

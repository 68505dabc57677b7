package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/keyadmin"
)

// seedKeyring makes a new keyring of a seed: where the configuration names
// one, or in a temporary folder that the returned function removes.
func seedKeyring(ctx context.Context, cfg *settings.Settings, seed string) (remove func(), err error) {
	dir, err := os.MkdirTemp("", "rekey-seed-") // mode 0700
	if err != nil {
		return nil, err
	}
	stays := process.Leaving(func() { os.RemoveAll(dir) })
	remove = func() { os.RemoveAll(dir); stays() }
	temporary := cfg.At(filepath.Join(dir, "keyring.json"))
	err = fill(ctx, temporary, seed)
	if err == nil && cfg.Keyring != "" {
		defer remove()
		return func() {}, copyNew(temporary.Keyring, cfg.Keyring)
	}
	if err != nil {
		remove()
		return nil, err
	}
	cfg.Keyring = temporary.Keyring
	return remove, nil
}

// fill makes a keyring of a seed.
func fill(ctx context.Context, cfg *settings.Settings, seed string) error {
	data, err := os.ReadFile(seed)
	if err != nil {
		return fmt.Errorf("reading the seed: %w", err)
	}
	s, err := keyadmin.ReadSeed(data)
	if err != nil {
		return fmt.Errorf("%s: %w", seed, err)
	}
	ad, err := cfg.OpenAdmin(true)
	if err != nil {
		return err
	}
	if err := s.Apply(ctx, ad); err != nil {
		return fmt.Errorf("%s: %w", seed, err)
	}
	return nil
}

// copyNew copies a keyring to where there is none: what is there is never
// overwritten.
func copyNew(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	defer clear(data)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return exit.Usagef("--seed makes a new keyring, and %s exists: leave out --seed to serve it, or name another "+
			"file with --keyring", to)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

package admin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/passphrase"
)

// edit is a keyring that a change works on, at the moment of the change. What
// was due by then is purged already.
type edit struct {
	*keyfile.Keyring
	now    time.Time
	window time.Duration
}

// view returns the keyring as it is now, to look at.
func (a *Admin) view(ctx context.Context) (*edit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := a.read(a.path)
	if err != nil {
		return nil, err
	}
	return a.edit(s), nil
}

func (a *Admin) edit(s *state) *edit {
	e := &edit{Keyring: s.ring, now: a.now(), window: a.window}
	e.Purge(e.now)
	return e
}

// change applies f to the keyring and writes the result, as one step between
// all processes; wrote is false if that left the file as it was. If f fails
// nothing is written.
func (a *Admin) change(ctx context.Context, f func(*edit) error) (wrote bool, err error) {
	path, s, unlock, err := a.begin(ctx, a.read)
	if err != nil {
		return false, err
	}
	defer unlock()
	before, err := keyfile.Encode(s.ring)
	if err != nil {
		return false, err
	}
	e := a.edit(s)
	if err := f(e); err != nil {
		return false, err
	}
	after, err := keyfile.Encode(e.Keyring)
	if err != nil || bytes.Equal(after, before) {
		return false, err
	}
	if err := a.keepOlder(path, s.file); err != nil {
		return false, err
	}
	e.Generation++
	return true, a.commit(ctx, path, e.Keyring, s.file.Info, a.cover(s.file))
}

// begin takes the lock and reads the file. The path it returns is that of
// the file itself, which a rename may replace; a symbolic link must stay one.
func (a *Admin) begin(ctx context.Context, read func(path string) (*state, error)) (string, *state, func(), error) {
	if err := ctx.Err(); err != nil {
		return "", nil, nil, err
	}
	before, err := keyfile.Load(a.path, nil) // for its errors, and its owner
	if err != nil {
		return "", nil, nil, err
	}
	path, err := filepath.EvalSymlinks(a.path)
	if err != nil {
		return "", nil, nil, fmt.Errorf("keyring %s: %w", a.path, err)
	}
	held, err := lock(ctx, path, before.Info)
	if err != nil {
		return "", nil, nil, err
	}
	s, err := read(path)
	if err != nil {
		held.Close()
		return "", nil, nil, err
	}
	return path, s, func() { held.Close() }, nil
}

// commit writes a keyring, encrypted with cover unless that is nil, after
// reading back what it is about to write: what Decode refuses must never
// replace a good file.
func (a *Admin) commit(ctx context.Context, path string, r *keyfile.Keyring, like fs.FileInfo, cover *passphrase.Passphrase) error {
	data, err := keyfile.Encode(r)
	if err != nil {
		return err
	}
	if _, err := keyfile.Decode(data); err != nil {
		return fmt.Errorf("keyring %s is unchanged: what would have been written %w", path, err)
	}
	if cover != nil {
		if data, err = cover.Seal(path, data); err != nil {
			return fmt.Errorf("keyring %s is unchanged: %w", path, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := a.disk.replace(path, data, like); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.history.Note(r.Generation, sha256.Sum256(data))
	return nil
}

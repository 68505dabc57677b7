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

// view returns the current keyring, to read.
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
	h, s, err := a.begin(ctx, a.read)
	if err != nil {
		return false, err
	}
	defer h.Close()
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
	if err := a.keepOlder(h, s.file); err != nil {
		return false, err
	}
	e.Generation++
	return true, a.commit(ctx, h, e.Keyring, s.file, a.cover(s.file))
}

// begin takes the lock and reads the file, which is the one behind a symbolic
// link: that must stay a link.
func (a *Admin) begin(ctx context.Context, read func(path string) (*state, error)) (*held, *state, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	before, err := a.access.Load(a.path, nil) // for its errors, and its owner
	if err != nil {
		return nil, nil, a.explain(err)
	}
	path, err := filepath.EvalSymlinks(a.path)
	if err != nil {
		return nil, nil, fmt.Errorf("keyring %s: %w", a.path, err)
	}
	h, err := lock(ctx, path, before.Info, a.late)
	if err != nil {
		return nil, nil, err
	}
	s, err := a.recall(path, read)
	if err != nil {
		h.Close()
		return nil, nil, err
	}
	return h, s, nil
}

// commit writes a keyring in the place of what was read, which is nil if there
// was no file; encrypted with cover unless that is nil; and after reading back
// what it is about to write: what Decode refuses must never replace a good
// file.
func (a *Admin) commit(ctx context.Context, h *held, r *keyfile.Keyring, was *keyfile.File,
	cover *passphrase.Passphrase) error {
	path := h.path()
	data, err := keyfile.Encode(r)
	if err != nil {
		return err
	}
	if _, err := keyfile.Decode(data); err != nil {
		return writeError(path, fmt.Errorf("what would have been written %w", err))
	}
	if cover != nil {
		if data, err = cover.Seal(path, data); err != nil {
			return writeError(path, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var like fs.FileInfo
	if was != nil {
		like = was.Info
	}
	memory := keyfile.Memory{Generation: r.Generation}.Text()
	err = a.disk.replace(h, data, memory, like, func() error { return a.checkUnchanged(h, was) })
	if err = a.unmake(h, err); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.history.Note(r.Generation, sha256.Sum256(data))
	return nil
}

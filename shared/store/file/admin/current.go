package admin

import (
	"errors"
	"fmt"
	"io/fs"

	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/passphrase"
)

// current is the file that a restore replaces; without a file it is empty.
type current struct {
	file    *keyfile.File
	ring    *keyfile.Keyring // nil if there is none, or it is damaged
	damaged bool
	altered bool // as keyfile.ErrAltered says
}

func (c current) generation() uint64 {
	if c.ring == nil {
		return 0
	}
	return c.ring.Generation
}

// readCurrent takes a damaged file for what it is. One that cannot be read,
// that a newer rekey has made, or that another passphrase opens, is none to
// put another in its place.
func (a *Admin) readCurrent(path string) (current, error) {
	f, err := a.access.Load(path, a.passphrase)
	if errors.Is(err, fs.ErrNotExist) {
		return current{}, nil
	}
	if err != nil {
		return current{}, err
	}
	r, altered, err := f.Repair()
	switch {
	case errors.Is(err, keyfile.ErrNewer):
		return current{}, fmt.Errorf("the keyring is not replaced: %w", err)
	case errors.Is(err, passphrase.ErrWrong), errors.Is(err, passphrase.ErrMissing):
		return current{}, fmt.Errorf("the keyring is not replaced: %w; if that is lost, move the keyring away first",
			err)
	}
	return current{f, r, err != nil, altered != ""}, nil
}

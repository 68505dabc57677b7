package admin

import (
	"context"

	"rekey/shared/store/file/internal/keyfile"
)

// Keyrings that no copy should replace.
var (
	// ErrAltered: Repair writes it as it was.
	ErrAltered = keyfile.ErrAltered
	// ErrUndoable: another program does, as the error says.
	ErrUndoable = keyfile.ErrUndoable
)

// Repair writes a keyring as rekey does whose content is intact and which
// another program has changed: its line ends, its encoding, its format. It says
// what was changed, or nothing if the keyring is good. The file that was there
// stays beside the new one. What is not proven to be intact is left unchanged, and
// what is older than the keyring has been, unless older is true.
func (k *Keeper) Repair(ctx context.Context, older bool) (r *Restoration, altered string, err error) {
	path, err := k.admin.target()
	if err != nil {
		return nil, "", err
	}
	b := &Backup{Path: path, Passphrase: k.admin.passphrase, itself: true}
	if b.file, err = k.admin.access.Load(path, b.Passphrase); err != nil {
		return nil, "", err
	}
	if b.ring, altered, err = b.file.Repair(); err != nil {
		return nil, "", err
	}
	if altered == "" {
		return nil, "", nil
	}
	r, err = k.restore(ctx, path, b, older)
	return r, altered, err
}

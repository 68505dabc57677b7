package admin

import (
	"context"

	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/passphrase"
)

// cover is the passphrase to encrypt a keyring with in the place of a file,
// which is nil if there is none: the Admin's, if it is configured or the file
// is encrypted, else nil, for plain text.
func (a *Admin) cover(replaced *keyfile.File) *passphrase.Passphrase {
	if a.passphrase.Configured() || replaced != nil && replaced.Encrypted() {
		return a.passphrase
	}
	return nil
}

// Encrypted reports whether the keyring is encrypted with a passphrase now.
func (k *Keeper) Encrypted() (bool, error) {
	f, err := k.admin.access.Load(k.admin.path, nil)
	if err != nil {
		return false, err
	}
	return f.Encrypted(), nil
}

// SetPassphrase encrypts the keyring with another passphrase, or writes it in
// plain text if next is nil. The file that was there is not kept: a copy in
// plain text, or under a passphrase that was given up, is what this is to be
// rid of. Copies that lie elsewhere, and blocks of the disk, stay unchanged.
func (k *Keeper) SetPassphrase(ctx context.Context, next *passphrase.Passphrase) (*Report, error) {
	a := k.admin
	h, s, err := a.begin(ctx, a.readAny)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	e := a.edit(s)
	e.Generation++
	if err := a.commit(ctx, h, e.Keyring, s.file, next); err != nil {
		return nil, err
	}
	p := newReport(h.path(), e.Keyring, e.now)
	p.Encrypted = next != nil
	return p, nil
}

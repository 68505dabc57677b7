package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/passphrase"
)

// Backup copies the keyring, byte for byte, once it is verified: a damaged one
// never replaces a good backup, and an encrypted one stays encrypted. The copy has mode 0600 and is there whole or
// not at all. A file that exists is replaced only if overwrite is true, and
// never the keyring itself.
func (k *Keeper) Backup(to string, overwrite bool) (*Report, error) {
	f, r, err := k.load()
	if err != nil {
		return nil, err
	}
	to, err = backupPath(to, f.Info, overwrite)
	if err != nil {
		return nil, err
	}
	if err := k.admin.disk.copy(to, f.Data, overwrite); err != nil {
		return nil, err
	}
	p := k.report(f, r)
	p.Path = to
	return p, nil
}

// backupPath is where a backup goes, through a symbolic link if that is to be
// overwritten.
func backupPath(to string, keyring fs.FileInfo, overwrite bool) (string, error) {
	to, err := filepath.Abs(to)
	if err != nil {
		return "", fmt.Errorf("backup %s: %w", to, err)
	}
	info, err := os.Stat(to)
	switch {
	case err != nil:
		return to, nil // there is none, or writing it will tell
	case os.SameFile(info, keyring):
		return "", fmt.Errorf("%w: %s is the keyring itself: name another file", keyadmin.ErrInvalid, to)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%w: %s is not a regular file: name one that a backup can be", keyadmin.ErrInvalid, to)
	case !overwrite:
		return "", existsError(to)
	}
	return filepath.EvalSymlinks(to)
}

func existsError(to string) error {
	return fmt.Errorf("%w: %s: name another file, or overwrite it with --force", keyadmin.ErrExists, to)
}

// copy makes the file to, as replace does but without a lock: nothing but a
// link that must be new keeps two backups apart.
func (d disk) copy(to string, data []byte, overwrite bool) error {
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return backupError(to, err)
	}
	defer folder.Close()
	d.sweepOld(to)
	temp, err := d.writeTemp(to, data, nil)
	if err != nil {
		return backupError(to, err)
	}
	if err := d.settle(temp, to, overwrite); err != nil {
		return errors.Join(err, d.remove(temp))
	}
	if err := d.sync(folder); err != nil {
		return fmt.Errorf("backup %s is written, but the disk does not confirm that it would survive a power failure: %w", to, err)
	}
	return nil
}

// settle gives a file its name. A rename would replace a file that has come
// meanwhile; only a link refuses to. Some file systems (FAT) have no links.
func (d disk) settle(temp, to string, overwrite bool) error {
	if !overwrite {
		err := d.link(temp, to)
		switch {
		case err == nil:
			return d.remove(temp)
		case errors.Is(err, fs.ErrExist):
			return existsError(to)
		}
	}
	if err := d.rename(temp, to); err != nil {
		return backupError(to, err)
	}
	return nil
}

func backupError(to string, err error) error {
	return fmt.Errorf("backup %s is not written: %w%s", to, err, remedy(err))
}

// Backup is a copy of a keyring, with the passphrase of its own, if any.
type Backup struct {
	Path       string
	Passphrase *passphrase.Passphrase

	file *keyfile.File
	ring *keyfile.Keyring
}

func (b *Backup) read() (*keyfile.Keyring, error) {
	var err error
	b.file, err = keyfile.Load(b.Path, b.Passphrase)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no backup at %s", keyadmin.ErrNotFound, b.Path)
	}
	var ring *keyfile.Keyring
	if err == nil {
		ring, err = b.file.Keyring()
	}
	switch {
	case errors.Is(err, passphrase.ErrWrong):
		return nil, fmt.Errorf("the backup is not usable: %w: name that with --backup-passphrase-file", err)
	case err != nil:
		return nil, fmt.Errorf("the backup is not usable: %w", err)
	}
	return ring, nil
}

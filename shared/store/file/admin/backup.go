package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/shared/folder"
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

// backupPath is where a backup goes, through a symbolic link if that will be
// overwritten.
func backupPath(to string, keyring fs.FileInfo, overwrite bool) (string, error) {
	abs, err := filepath.Abs(to)
	if err != nil {
		return "", fmt.Errorf("backup %s: %v: give an absolute path", to, err)
	}
	to = abs
	info, err := os.Stat(to)
	switch {
	case err != nil: // there is none, or writing it will tell
		dir, err := folder.Resolve(filepath.Dir(to))
		if err != nil {
			return "", backupError(to, err)
		}
		return filepath.Join(dir, filepath.Base(to)), nil
	case os.SameFile(info, keyring):
		return "", fmt.Errorf("%w: %s is the keyring itself: name another file", keyadmin.ErrInvalid, to)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%w: %s is not a regular file: name one that a backup can be", keyadmin.ErrInvalid, to)
	case !overwrite:
		return "", existsError(to)
	}
	real, err := folder.Resolve(to)
	if err != nil {
		return "", backupError(to, err)
	}
	return real, nil
}

func existsError(to string) error {
	return fmt.Errorf("%w: %s: name another file, or overwrite it with --force", keyadmin.ErrExists, to)
}

// copy makes the file to, as replace does but without a lock: only a
// link that must be new keeps two backups apart.
func (d disk) copy(to string, data []byte, overwrite bool) error {
	dir, err := folder.Open(filepath.Dir(to))
	if err != nil {
		return backupError(to, err)
	}
	defer dir.Close()
	name := filepath.Base(to)
	var like fs.FileInfo
	if overwrite {
		if like, err = dir.Replaced(name); err != nil {
			return backupError(to, err)
		}
	}
	d.sweepOld(dir, name)
	temp, err := d.writeTemp(dir, name, data, like, 0o600)
	if err != nil {
		return backupError(to, err)
	}
	if err := d.install(dir, temp, name, overwrite); err != nil {
		return join(err, d.remove(dir, temp))
	}
	if err := localOnly(d.sync(dir.File())); err != nil {
		return fmt.Errorf("backup %s is written, but the disk does not confirm that it would survive a power "+
			"failure: %w", to, err)
	}
	return nil
}

// install gives a file its name. A rename would replace a file that has come
// meanwhile; only a link refuses to. Some file systems (FAT) have no links.
func (d disk) install(dir *folder.Folder, temp, name string, overwrite bool) error {
	if !overwrite {
		err := d.link(dir, temp, name)
		switch {
		case err == nil:
			return d.remove(dir, temp)
		case errors.Is(err, fs.ErrExist):
			return existsError(dir.Path(name))
		}
	}
	if err := d.rename(dir, temp, name); err != nil {
		return backupError(dir.Path(name), err)
	}
	return nil
}

func backupError(to string, err error) error {
	return fmt.Errorf("backup %s is not written: %w%s", to, err, remedy(err))
}

// Backup is a copy of a keyring, with its own passphrase, if any.
type Backup struct {
	Path       string
	Passphrase *passphrase.Passphrase

	file   *keyfile.File
	ring   *keyfile.Keyring
	itself bool // it is the keyring, altered
}

func (b *Backup) read(a keyfile.Access) (*keyfile.Keyring, error) {
	var err error
	b.file, err = a.Load(b.Path, b.Passphrase)
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

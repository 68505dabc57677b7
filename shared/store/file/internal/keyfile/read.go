package keyfile

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"rekey/shared/plain"
	"rekey/shared/store/file/passphrase"
)

// File is a keyring file as it was at one moment, not yet believed.
type File struct {
	Path    string
	Data    []byte            // as it lies on the disk, perhaps encrypted
	text    []byte            // canonical, and without what is around an encrypted one
	altered string            // what is around that
	Info    fs.FileInfo       // of the file that was read, from before the reading
	ReadAt  time.Time         // wall clock before Info was taken
	Sum     [sha256.Size]byte // of the same file, whatever is around its text
	Format  int               // once Keyring has read it

	passphrase *passphrase.Passphrase
}

// Load is Owner.Load.
func Load(path string, p *passphrase.Passphrase) (*File, error) { return Owner.Load(path, p) }

// Load reads the file at path after its permissions: it must be a regular
// file, closed to all whose it may not be, and not too large. The passphrase,
// which may be nil, opens it later. If there is no file the error wraps
// fs.ErrNotExist. Every error names the file and the remedy.
func (a Access) Load(path string, p *passphrase.Passphrase) (*File, error) {
	f := &File{Path: path, ReadAt: time.Now(), passphrase: p}
	// Before open: a pipe would block it, and a folder makes a worse message.
	info, err := os.Stat(path)
	if err != nil {
		return nil, ioError(path, err)
	}
	if err := a.check(path, info.Mode()); err != nil {
		return nil, err
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, ioError(path, err)
	}
	defer in.Close()
	if err := f.read(in, a); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) read(in *os.File, a Access) error {
	var err error
	if f.Info, err = in.Stat(); err != nil {
		return ioError(f.Path, err)
	}
	if err := a.check(f.Path, f.Info.Mode()); err != nil { // again: now it is the file that is read
		return err
	}
	if f.Data, err = readAll(in, f.Info.Size()); err != nil {
		return ioError(f.Path, err)
	}
	f.text = canonical(f.Data)
	if text, altered := armored(f.Data); text != nil {
		f.text, f.altered = text, altered
	}
	f.Sum = sha256.Sum256(f.text)
	return nil
}

// maxFile is the largest file on the disk. One of MaxSize has 65 bytes for each
// 48 once it is encrypted, and a header.
const maxFile = MaxSize + MaxSize*3/8

// readAll reads a file of that size, without the growing buffers of io.ReadAll,
// which are as much again, and nothing of one that is too large.
func readAll(in io.Reader, size int64) ([]byte, error) {
	if size > maxFile {
		return nil, errTooLarge
	}
	data := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	_, err := data.ReadFrom(io.LimitReader(in, maxFile+1))
	if err == nil && data.Len() > maxFile {
		err = errTooLarge
	}
	return data.Bytes(), err
}

// Encrypted reports whether the file is encrypted with a passphrase.
func (f *File) Encrypted() bool { return passphrase.Encrypted(f.text) }

// Admit refuses a file in plain text where a passphrase is configured. One with
// nothing in it is lost, and no passphrase helps; nor is another program's file
// in plain text.
func (f *File) Admit() error {
	err := f.passphrase.Admit(f.Path, f.text)
	if err == nil {
		return nil
	}
	if nothing := nothingIn(f.text); nothing != nil {
		err = nothing
	} else if is := other(f.text); is != "" {
		err = undoable(is)
	}
	return fmt.Errorf("keyring %s %w", f.Path, err)
}

// Keyring opens the file and decodes it.
func (f *File) Keyring() (*Keyring, error) {
	text, err := f.open()
	if err != nil {
		return nil, fmt.Errorf("keyring %s %w", f.Path, err)
	}
	r, format, err := decode(text)
	if err == nil && f.altered != "" {
		err = alteredError(f.altered)
	}
	if errors.Is(err, ErrAltered) {
		return nil, fmt.Errorf("keyring %s %w: `rekey keyring repair --keyring %s` writes it as it was", f.Path, err,
			plain.Shell(f.Path))
	}
	if err != nil {
		return nil, fmt.Errorf("keyring %s %w", f.Path, err)
	}
	f.Format = format
	return r, nil
}

// open is the text, encrypted or not.
func (f *File) open() ([]byte, error) {
	if err := several(f.Data); err != nil {
		return nil, err
	}
	return f.passphrase.Open(f.Path, f.text)
}

func ioError(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err // the path is in our own text
	}
	switch {
	case errors.Is(err, errTooLarge):
		return fmt.Errorf("keyring %s %w", path, err)
	case errors.Is(err, fs.ErrNotExist) && isLink(path):
		return fmt.Errorf("no keyring at %s, a symbolic link to what is not there: see whether a volume is not "+
			"mounted, or remove the link (%w)", path, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("no keyring at %s: `rekey keys create` or `rekey serve` makes one, where the environment "+
			"or a flag names it only with --create; "+
			"if there was one, see whether the path is mistyped or a volume not mounted, or restore a backup (%w)",
			path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("keyring %s cannot be read: %w: run rekey as the owner of the file", path, err)
	}
	return fmt.Errorf("keyring %s cannot be read: %w", path, err)
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

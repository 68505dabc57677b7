package admin

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/passphrase"
)

// Options are what an Admin must be told.
type Options struct {
	// Create makes a missing file, without a key in it, and its folder, with
	// mode 0700; but not where a keyring has been, as its memory tells
	// (docs/keyring.md): that is an error that wraps fs.ErrNotExist.
	Create bool
	// CreateAnew, with Create, makes one there too, whose generation goes on.
	// It is for a person who has said that the old one is not wanted.
	CreateAnew bool
	// Window is how long a former primary version may still be in use: the
	// longest that any cache answers without the store, max(TTL, grace).
	Window time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Passphrase opens an encrypted keyring and encrypts it again; nil is for
	// keyrings in plain text. A configured one admits no other keyrings, and
	// encrypts a new one.
	Passphrase *passphrase.Passphrase
	// Shared takes a keyring that its group may read or write, as platforms
	// mount it; what is put in its place has the same mode.
	Shared bool
	// Late, unless nil, is told of a lock that takes long to come.
	Late func(lock string)
}

// Admin changes one keyring file. It is safe for concurrent use, together
// with any number of other Admins and Stores of the same file.
type Admin struct {
	path       string // absolute
	window     time.Duration
	clock      func() time.Time
	passphrase *passphrase.Passphrase
	access     keyfile.Access
	disk       disk
	late       func(lock string)
	made       atomic.Pointer[made] // by Open, until the first change is written

	mu      sync.Mutex // guards history, and keeps reads in the order of their notes
	history keyfile.History
}

var (
	_ keyadmin.Admin  = (*Admin)(nil)
	_ keyadmin.Purger = (*Admin)(nil)
)

// Open returns an Admin of the keyring at path, which may be a symbolic link.
// The file must be there and be good, or be missing and wanted by
// Options.Create; if it is missing otherwise, the error wraps fs.ErrNotExist.
func Open(path string, o Options) (*Admin, error) {
	a, err := newAdmin(path, o)
	if err != nil {
		return nil, err
	}
	if o.Create {
		if err := a.create(o.CreateAnew); err != nil {
			return nil, err
		}
	}
	if _, err := a.recall(a.path, a.read); err != nil {
		return nil, err
	}
	return a, nil
}

// newAdmin is Open without a look at the file.
func newAdmin(path string, o Options) (*Admin, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		// not fs.ErrNotExist: the working directory is gone, and not the file
		return nil, fmt.Errorf("keyring %s: %v: give an absolute path", path, err)
	}
	a := &Admin{path: abs, window: o.Window, clock: o.Now, passphrase: o.Passphrase, disk: realDisk, late: o.Late}
	if o.Shared {
		a.access = keyfile.Group
	}
	if a.clock == nil {
		a.clock = time.Now
	}
	return a, nil
}

// now is the clock as the file writes it: UTC, in whole milliseconds.
func (a *Admin) now() time.Time { return a.clock().UTC().Truncate(time.Millisecond) }

// recall reads a keyring, and refuses it if a higher generation of it is
// remembered.
func (a *Admin) recall(path string, read func(path string) (*state, error)) (*state, error) {
	memory, err := keyfile.Recall(path)
	if err != nil {
		return nil, err
	}
	s, err := read(path)
	if err == nil {
		err = memory.Accept(s.ring.Generation)
	}
	return s, memory.Explain(err)
}

// explain is the error of reading the file without more.
func (a *Admin) explain(err error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.history.Explain(a.path, err)
}

// read returns what the file says, before time has done anything to it.
func (a *Admin) read(path string) (*state, error) { return a.readIf(path, (*keyfile.File).Admit) }

// readAny is read for a file that may be in plain text where a passphrase is
// configured.
func (a *Admin) readAny(path string) (*state, error) {
	return a.readIf(path, func(*keyfile.File) error { return nil })
}

func (a *Admin) readIf(path string, admit func(*keyfile.File) error) (*state, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f, err := a.access.Load(path, a.passphrase)
	if err != nil {
		return nil, a.history.Explain(path, err)
	}
	if err := admit(f); err != nil {
		return nil, err
	}
	ring, err := a.history.Accept(f)
	if err != nil {
		return nil, err
	}
	return &state{ring: ring, file: f}, nil
}

// state is the file as one call found it.
type state struct {
	ring *keyfile.Keyring
	file *keyfile.File
}

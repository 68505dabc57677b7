package file

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/passphrase"
)

// Store answers from one keyring file. It is safe for concurrent use.
type Store struct {
	path       string // absolute
	passphrase *passphrase.Passphrase
	access     keyfile.Access
	now        func() time.Time // decides what is due; a seam for tests

	mu      sync.Mutex // guards what follows
	history keyfile.History
	last    *snapshot // nil while the file is not known to be good
}

var (
	_ keyring.Store        = (*Store)(nil)
	_ keyring.Generational = (*Store)(nil)
)

// Open reads the keyring at path, which may be a symbolic link, with a
// passphrase, which may be nil. If there is none the error wraps
// fs.ErrNotExist. Errors name the file and the remedy.
func Open(path string, p *passphrase.Passphrase) (*Store, error) { return open(path, p, keyfile.Owner) }

// OpenShared is Open for a keyring that its group may read or write, as
// platforms mount it.
func OpenShared(path string, p *passphrase.Passphrase) (*Store, error) {
	return open(path, p, keyfile.Group)
}

func open(path string, p *passphrase.Passphrase, a keyfile.Access) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		// not fs.ErrNotExist: the working directory is gone, and not the file
		return nil, fmt.Errorf("keyring %s: %v: give an absolute path", path, err)
	}
	s := &Store{path: abs, passphrase: p, access: a, now: time.Now}
	if err := s.start(); err != nil {
		return nil, err
	}
	return s, nil
}

// start reads the file for the first time, when only its memory tells
// that it has been newer.
func (s *Store) start() error {
	memory, err := keyfile.Recall(s.path)
	if err != nil {
		return err
	}
	snap, err := s.refresh()
	if err == nil {
		err = memory.Accept(snap.generation)
	}
	return memory.Explain(err)
}

// Get is keyring.Store's. Whatever is wrong with the file is ErrBroken:
// no answer about the key.
func (s *Store) Get(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	snap, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	return snap.get(k, v, s.now())
}

// Generation is the number in the file. The price is a stat, and for the two
// seconds after a change a read.
func (s *Store) Generation(ctx context.Context) (uint64, error) {
	snap, err := s.current(ctx)
	if err != nil {
		return 0, err
	}
	return snap.generation, nil
}

func (s *Store) current(ctx context.Context) (*snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, contextError(err)
	}
	snap, err := s.refresh()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", keyring.ErrBroken, err)
	}
	return snap, nil
}

// contextError keeps a caller who gave up apart from a deadline that passed.
func contextError(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", keyring.ErrTimeout, err)
	}
	return err
}

// refresh returns what the file says now. A failure forgets the snapshot, and
// is not remembered itself: the next call looks again.
func (s *Store) refresh() (*snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if info, err := os.Stat(s.path); err == nil && s.last.isOf(info) {
		return s.last, nil
	}
	snap, err := s.read()
	s.last = snap
	return snap, err
}

func (s *Store) read() (*snapshot, error) {
	f, err := s.access.Load(s.path, s.passphrase)
	if err != nil {
		return nil, s.history.Explain(s.path, err)
	}
	if s.last != nil && s.last.sum == f.Sum {
		return s.last.renewed(f), nil
	}
	if err := f.Admit(); err != nil {
		return nil, err
	}
	r, err := s.history.Accept(f)
	if err != nil {
		return nil, err
	}
	return newSnapshot(f, r)
}

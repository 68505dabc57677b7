package admin

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/shared/folder"
	"rekey/shared/store/file/internal/keyfile"
)

// made is what an Admin has made for a keyring that was not there. It goes
// again, all of it, if the first change of that keyring cannot be written: an
// empty keyring would look like one that has lost its keys.
type made struct {
	folders []string // those that were not there, the deepest first
	lock    bool     // the lock was not there
	memory  bool     // nor was the memory
	sum     [sha256.Size]byte
}

// newMade looks at what is there before a keyring is made at path.
func newMade(path string) *made {
	m := &made{lock: !exists(path + ".lock"), memory: !exists(path + keyfile.MemorySuffix)}
	dir, err := folder.Resolve(filepath.Dir(path))
	for ; err == nil && !exists(dir); dir = filepath.Dir(dir) {
		m.folders = append(m.folders, dir)
	}
	return m
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// unmake removes a keyring that is as it was made, and returns why.
func (a *Admin) unmake(h *held, err error) error {
	m := a.made.Swap(nil)
	if m == nil || err == nil {
		return err
	}
	now, errLoad := a.access.Load(h.path(), nil)
	if errLoad != nil || now.Sum != m.sum || h.dir.Remove(h.name) != nil {
		return err
	}
	m.remove(h)
	return notMade(err)
}

// remove removes what is beside the keyring. The lock may go while it is held:
// anyone who waits for it looks whether it is still there.
func (m *made) remove(h *held) {
	if m.memory {
		h.dir.Remove(h.name + keyfile.MemorySuffix)
	}
	if m.lock {
		h.dir.Remove(h.lockName())
	}
	m.removeFolders()
}

func (m *made) removeFolders() {
	for _, dir := range m.folders {
		os.Remove(dir) // fails for one that somebody else has put something into
	}
}

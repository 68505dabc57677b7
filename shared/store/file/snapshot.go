package file

import (
	"crypto/sha256"
	"fmt"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/store/file/internal/keyfile"
)

// snapshot is one state of the file, ready to answer. It is immutable.
type snapshot struct {
	stamp
	sum        [sha256.Size]byte
	generation uint64
	keys       map[key.ID]entry
}

// entry is a key without its material, and its ACTIVE versions ready for use.
type entry struct {
	*keyfile.Key
	usable map[key.VersionID]*keyring.Version
}

func newSnapshot(f *keyfile.File, r *keyfile.Keyring) (*snapshot, error) {
	s := &snapshot{stamp: newStamp(f), sum: f.Sum, generation: r.Generation, keys: map[key.ID]entry{}}
	for _, k := range r.Keys {
		e, err := newEntry(k)
		if err != nil {
			return nil, fmt.Errorf("keyring %s: %w", f.Path, err)
		}
		s.keys[k.ID] = e
	}
	return s, nil
}

// newEntry takes the key over and forgets its material: what is ACTIVE has
// its own copy, and nothing else is ever used.
func newEntry(k *keyfile.Key) (entry, error) {
	e := entry{Key: k, usable: map[key.VersionID]*keyring.Version{}}
	for _, v := range k.Versions {
		if v.Status == key.VersionActive {
			ready, err := keyring.NewVersion(k.ID, v.ID, v.Algorithm, v.Material)
			if err != nil {
				return entry{}, err
			}
			e.usable[v.ID] = ready
		}
		v.Material = nil
	}
	return e, nil
}

// renewed is the same state, found in a file that looks otherwise.
func (s *snapshot) renewed(f *keyfile.File) *snapshot {
	renewed := *s
	renewed.stamp = newStamp(f)
	return &renewed
}

func (s *snapshot) get(k key.ID, v key.VersionID, now time.Time) (*keyring.Version, error) {
	e, ok := s.keys[k]
	switch {
	case !ok || e.GoneAt(now): // tombstones are not in the map
		return nil, fmt.Errorf("key %s: %w", k, keyring.ErrNoKey)
	case e.Status != key.Active:
		return nil, fmt.Errorf("key %s: %w", k, keyring.ErrKeyInactive)
	case v == "":
		return e.primary()
	}
	return e.version(v, now)
}

func (e entry) primary() (*keyring.Version, error) {
	ready, ok := e.usable[e.Primary]
	if !ok {
		return nil, fmt.Errorf("key %s: %w: set another or rotate", e.ID, keyring.ErrNoPrimary)
	}
	return ready, nil
}

func (e entry) version(id key.VersionID, now time.Time) (*keyring.Version, error) {
	if ready, ok := e.usable[id]; ok {
		return ready, nil
	}
	err := keyring.ErrNoVersion
	if v := e.Version(id); v != nil {
		err = keyring.ErrVersionScheduled
		if v.StatusAt(now) == key.VersionDestroyed {
			err = keyring.ErrVersionDestroyed
		}
	}
	return nil, fmt.Errorf("key %s, version %s: %w", e.ID, id, err)
}

package keyfile

import (
	"fmt"
	"slices"
	"time"

	"rekey/shared/aead"
	"rekey/shared/key"
)

// Keyring is what a file holds. Generation is 1 in a new file and grows by
// one with every write. Keys are in the order of their creation.
type Keyring struct {
	Generation uint64
	Keys       []*Key
	Tombstones []Tombstone
}

// Key is a key with its versions, oldest first. Times that do not apply are
// zero.
type Key struct {
	ID               key.ID
	Name             string // empty or unlike every id and other name in the file
	Status           key.Status
	CreatedAt        time.Time
	RotatedAt        time.Time
	DefaultAlgorithm key.Algorithm
	Primary          key.VersionID // always one of Versions, maybe destroyed
	DeleteAt         time.Time     // when a deleted key becomes a tombstone
	Versions         []*Version
}

// Version is a version of a key. Its id stays when its material is gone, so
// that it is never given again.
type Version struct {
	ID           key.VersionID
	Algorithm    key.Algorithm
	Status       key.VersionStatus // as written; StatusAt is what counts
	CreatedAt    time.Time
	DestroyAt    time.Time     // set if and only if SCHEDULED_FOR_DESTRUCTION or DESTROYED
	PrimaryUntil time.Time     // zero if it is the primary, or never was
	Material     aead.Material // 32 bytes; empty if and only if DESTROYED
	Fingerprint  string        // aead.Fingerprint in hex; outlives the material
}

// Tombstone keeps the ids of a deleted key from being used again.
type Tombstone struct {
	ID        key.ID
	Versions  []key.VersionID
	DeletedAt time.Time
}

// Key returns the key of this id, or nil.
func (r *Keyring) Key(id key.ID) *Key {
	i := slices.IndexFunc(r.Keys, func(k *Key) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return r.Keys[i]
}

// Version returns the version of this id, or nil.
func (k *Key) Version(id key.VersionID) *Version {
	i := slices.IndexFunc(k.Versions, func(v *Version) bool { return v.ID == id })
	if i < 0 {
		return nil
	}
	return k.Versions[i]
}

// Fingerprint is the fingerprint of 32 bytes of material as a file spells it:
// 16 hexadecimal digits in lower case.
func Fingerprint(material []byte) string {
	return fmt.Sprintf("%x", aead.Fingerprint(material))
}

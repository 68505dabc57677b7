package keyfile

import (
	"slices"
	"time"

	"rekey/shared/key"
)

// StatusAt is the version's status at a moment: a scheduled version is
// DESTROYED for every reader from its DestroyAt on, whether or not anybody
// has purged its material by then.
func (v *Version) StatusAt(now time.Time) key.VersionStatus {
	if v.Status == key.VersionScheduled && !now.Before(v.DestroyAt) {
		return key.VersionDestroyed
	}
	return v.Status
}

// GoneAt reports whether the key was deleted and its grace is over at a
// moment: the key no longer exists.
func (k *Key) GoneAt(now time.Time) bool {
	if k.DeleteAt.IsZero() || now.Before(k.DeleteAt) {
		return false
	}
	return !slices.ContainsFunc(k.Versions, func(v *Version) bool {
		return v.StatusAt(now) != key.VersionDestroyed
	})
}

// Purge makes the keyring what it is at a moment: due versions lose their
// material, and deleted keys become tombstones. It reports whether anything
// was due.
func (r *Keyring) Purge(now time.Time) bool {
	due := false
	for _, k := range r.Keys {
		due = k.purge(now) || due
		if k.GoneAt(now) {
			r.Tombstones = append(r.Tombstones, k.tombstone())
			due = true
		}
	}
	r.Keys = slices.DeleteFunc(r.Keys, func(k *Key) bool { return k.GoneAt(now) })
	return due
}

func (k *Key) purge(now time.Time) bool {
	due := false
	for _, v := range k.Versions {
		if v.Status != v.StatusAt(now) {
			v.Destroy()
			due = true
		}
	}
	return due
}

// Destroy takes the material away forever.
func (v *Version) Destroy() { v.Status, v.Material = key.VersionDestroyed, nil }

func (k *Key) tombstone() Tombstone {
	t := Tombstone{ID: k.ID, DeletedAt: k.DeleteAt}
	for _, v := range k.Versions {
		t.Versions = append(t.Versions, v.ID)
	}
	return t
}

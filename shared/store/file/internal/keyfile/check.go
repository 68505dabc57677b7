package keyfile

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"rekey/shared/aead"
	"rekey/shared/key"
)

// check is what Decode asks of a keyring beyond its syntax. It reads no
// clock, and compares no times with each other: a clock that was set back
// must not lock anybody out.
func (r *Keyring) check() error {
	if r.Generation == 0 {
		return errors.New("generation is 0")
	}
	names, err := r.checkIDs()
	if err != nil {
		return err
	}
	for _, k := range r.Keys {
		if k.Name != "" && names[k.Name] > 1 {
			return fmt.Errorf("the name of key %s is the id or the name of another", k.ID)
		}
		if err := k.check(); err != nil {
			return fmt.Errorf("key %s: %w", k.ID, err)
		}
	}
	return nil
}

// checkIDs checks the ids of keys and tombstones, and returns how often each
// id and each name occurs.
func (r *Keyring) checkIDs() (map[string]int, error) {
	seen := map[string]int{}
	for i, k := range r.Keys {
		if err := unique(seen, string(k.ID), k.ID.Check()); err != nil {
			return nil, fmt.Errorf("key %d: id %w", i+1, err)
		}
	}
	for i, t := range r.Tombstones {
		if err := unique(seen, string(t.ID), t.ID.Check()); err != nil {
			return nil, fmt.Errorf("tombstone %d: id %w", i+1, err)
		}
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("tombstone %s: %w", t.ID, err)
		}
	}
	for _, k := range r.Keys {
		seen[k.Name]++
	}
	return seen, nil
}

func unique(seen map[string]int, id string, err error) error {
	if err != nil {
		return err
	}
	if seen[id]++; seen[id] > 1 {
		return errors.New("occurs twice")
	}
	return nil
}

func (t Tombstone) check() error {
	seen := map[string]int{}
	for i, v := range t.Versions {
		if err := unique(seen, string(v), v.Check()); err != nil {
			return fmt.Errorf("version %d: id %w", i+1, err)
		}
	}
	return checkTime("deletedAt", t.DeletedAt)
}

func (k *Key) check() error {
	seen := map[string]int{}
	for i, v := range k.Versions {
		if err := unique(seen, string(v.ID), v.ID.Check()); err != nil {
			return fmt.Errorf("version %d: id %w", i+1, err)
		}
		if err := v.check(); err != nil {
			return fmt.Errorf("version %s: %w", v.ID, err)
		}
	}
	switch {
	case k.Version(k.Primary) == nil:
		return errors.New("its primary version is not there")
	case !k.DeleteAt.IsZero() && k.Status != key.Inactive:
		return errors.New("it is deleted and not INACTIVE")
	}
	return errors.Join(
		checkTime("createdAt", k.CreatedAt),
		checkOptionalTime("rotatedAt", k.RotatedAt),
		checkOptionalTime("deleteAt", k.DeleteAt))
}

func (v *Version) check() error {
	if v.DestroyAt.IsZero() != (v.Status == key.VersionActive) {
		return fmt.Errorf("destroyAt does not fit the status %v", v.Status)
	}
	if err := v.checkMaterial(); err != nil {
		return err
	}
	return errors.Join(
		checkTime("createdAt", v.CreatedAt),
		checkOptionalTime("destroyAt", v.DestroyAt),
		checkOptionalTime("primaryUntil", v.PrimaryUntil))
}

func (v *Version) checkMaterial() error {
	if v.Status == key.VersionDestroyed {
		return v.checkDestroyed()
	}
	if len(v.Material) != aead.MaterialSize {
		return fmt.Errorf("material is %d bytes long, want %d", len(v.Material), aead.MaterialSize)
	}
	if Fingerprint(v.Material) != v.Fingerprint {
		return errors.New("material does not match its fingerprint")
	}
	return nil
}

func (v *Version) checkDestroyed() error {
	if len(v.Material) != 0 {
		return errors.New("it is DESTROYED and has material")
	}
	if b, err := hex.DecodeString(v.Fingerprint); err != nil || len(b) != aead.FingerprintSize {
		return errors.New("fingerprint is not one")
	}
	return nil
}

func checkOptionalTime(name string, t time.Time) error {
	if t.IsZero() {
		return nil
	}
	return checkTime(name, t)
}

// checkTime allows the years 1970 to 9999: what a clock can show and what
// RFC 3339 can write.
func checkTime(name string, t time.Time) error {
	if y := t.Year(); y < 1970 || y > 9999 {
		return fmt.Errorf("%s is missing or makes no sense", name)
	}
	return nil
}

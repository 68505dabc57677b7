package keyfile

import (
	"fmt"
	"time"

	"rekey/shared/key"
)

// The members of the document, in their order.
type wireFile struct {
	Format     int             `json:"format"`
	Generation uint64          `json:"generation"`
	Keys       []wireKey       `json:"keys"`
	Tombstones []wireTombstone `json:"tombstones"`
	SHA256     string          `json:"sha256"` // last: it covers what is before it
}

type wireKey struct {
	ID               key.ID        `json:"id"`
	Name             string        `json:"name,omitzero"`
	Status           string        `json:"status"`
	CreatedAt        time.Time     `json:"createdAt"`
	RotatedAt        time.Time     `json:"rotatedAt,omitzero"`
	DefaultAlgorithm string        `json:"defaultAlgorithm"`
	PrimaryVersionID key.VersionID `json:"primaryVersionId"`
	DeleteAt         time.Time     `json:"deleteAt,omitzero"`
	Versions         []wireVersion `json:"versions"`
}

type wireVersion struct {
	ID           key.VersionID `json:"id"`
	Algorithm    string        `json:"algorithm"`
	Status       string        `json:"status"`
	CreatedAt    time.Time     `json:"createdAt"`
	DestroyAt    time.Time     `json:"destroyAt,omitzero"`
	PrimaryUntil time.Time     `json:"primaryUntil,omitzero"`
	Material     []byte        `json:"material,omitempty"`
	Fingerprint  string        `json:"fingerprint"`
}

type wireTombstone struct {
	ID        key.ID          `json:"id"`
	Versions  []key.VersionID `json:"versions"`
	DeletedAt time.Time       `json:"deletedAt"`
}

func toWire(r *Keyring) wireFile {
	f := wireFile{Format: Format, Generation: r.Generation}
	for _, k := range r.Keys {
		f.Keys = append(f.Keys, keyToWire(k))
	}
	for _, t := range r.Tombstones {
		f.Tombstones = append(f.Tombstones, wireTombstone{t.ID, t.Versions, t.DeletedAt.UTC()})
	}
	return f
}

func keyToWire(k *Key) wireKey {
	w := wireKey{
		ID: k.ID, Name: k.Name, Status: k.Status.String(),
		CreatedAt: k.CreatedAt.UTC(), RotatedAt: k.RotatedAt.UTC(), DeleteAt: k.DeleteAt.UTC(),
		DefaultAlgorithm: k.DefaultAlgorithm.String(), PrimaryVersionID: k.Primary,
	}
	for _, v := range k.Versions {
		w.Versions = append(w.Versions, wireVersion{
			ID: v.ID, Algorithm: v.Algorithm.String(), Status: v.Status.String(),
			CreatedAt: v.CreatedAt.UTC(), DestroyAt: v.DestroyAt.UTC(), PrimaryUntil: v.PrimaryUntil.UTC(),
			Material: v.Material, Fingerprint: v.Fingerprint,
		})
	}
	return w
}

func fromWire(f wireFile) (*Keyring, error) {
	r := &Keyring{Generation: f.Generation}
	for i, w := range f.Keys {
		k, err := keyFromWire(w)
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		r.Keys = append(r.Keys, k)
	}
	for _, t := range f.Tombstones {
		r.Tombstones = append(r.Tombstones, Tombstone{t.ID, t.Versions, t.DeletedAt.UTC()})
	}
	return r, nil
}

func keyFromWire(w wireKey) (*Key, error) {
	k := &Key{
		ID: w.ID, Name: w.Name, Primary: w.PrimaryVersionID,
		CreatedAt: w.CreatedAt.UTC(), RotatedAt: w.RotatedAt.UTC(), DeleteAt: w.DeleteAt.UTC(),
	}
	var err error
	if k.Status, err = key.ParseStatus(w.Status); err != nil {
		return nil, err
	}
	if k.DefaultAlgorithm, err = key.ParseAlgorithm(w.DefaultAlgorithm); err != nil {
		return nil, err
	}
	for i, wv := range w.Versions {
		v, err := versionFromWire(wv)
		if err != nil {
			return nil, fmt.Errorf("version %d: %w", i+1, err)
		}
		k.Versions = append(k.Versions, v)
	}
	return k, nil
}

func versionFromWire(w wireVersion) (*Version, error) {
	v := &Version{
		ID: w.ID, Material: w.Material, Fingerprint: w.Fingerprint,
		CreatedAt: w.CreatedAt.UTC(), DestroyAt: w.DestroyAt.UTC(), PrimaryUntil: w.PrimaryUntil.UTC(),
	}
	var err error
	if v.Algorithm, err = key.ParseAlgorithm(w.Algorithm); err != nil {
		return nil, err
	}
	if v.Status, err = key.ParseVersionStatus(w.Status); err != nil {
		return nil, err
	}
	return v, nil
}

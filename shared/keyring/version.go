package keyring

import (
	"fmt"
	"log/slog"

	"rekey/shared/aead"
	"rekey/shared/key"
)

// Version is one version of a key, usable: its key is ACTIVE and so is it.
// It is immutable and prints as its ids.
type Version struct {
	KeyID key.ID
	ID    key.VersionID
	Key   *aead.Key
}

// NewVersion makes a Version of 32 bytes of material, which it copies.
func NewVersion(k key.ID, v key.VersionID, a key.Algorithm, material []byte) (*Version, error) {
	sealer, err := aead.NewKey(a, material)
	if err != nil {
		return nil, fmt.Errorf("key %s, version %s: %w", k, v, err)
	}
	return &Version{KeyID: k, ID: v, Key: sealer}, nil
}

// Algorithm is the version's algorithm.
func (v *Version) Algorithm() key.Algorithm { return v.Key.Algorithm() }

// String is the ids, as in key/version.
func (v *Version) String() string { return string(v.KeyID) + "/" + string(v.ID) }

// Format answers every verb with String.
func (v *Version) Format(f fmt.State, _ rune) { fmt.Fprint(f, v.String()) }

// LogValue is the ids as a group.
func (v *Version) LogValue() slog.Value {
	return slog.GroupValue(slog.String("key", string(v.KeyID)), slog.String("version", string(v.ID)))
}

// MarshalJSON is the ids as an object. Ids need no escaping.
func (v *Version) MarshalJSON() ([]byte, error) {
	return []byte(`{"keyId":"` + string(v.KeyID) + `","versionId":"` + string(v.ID) + `"}`), nil
}

var (
	_ fmt.Formatter  = (*Version)(nil)
	_ slog.LogValuer = (*Version)(nil)
)

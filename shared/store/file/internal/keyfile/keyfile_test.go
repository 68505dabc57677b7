package keyfile

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/shared/key"
)

var day = time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)

func material(n byte) []byte {
	m := sha256.Sum256([]byte{n})
	return m[:]
}

// sample is a keyring with something in every member.
func sample() *Keyring {
	version := func(id key.VersionID, n byte) *Version {
		return &Version{ID: id, Algorithm: key.AES256, Status: key.VersionActive, CreatedAt: day,
			Material: material(n), Fingerprint: Fingerprint(material(n))}
	}
	v1, v2, v3 := version("v1", 1), version("v2", 2), version("v3", 3)
	v1.Destroy()
	v1.DestroyAt, v1.PrimaryUntil = day.Add(time.Hour), day
	v2.Status, v2.DestroyAt = key.VersionScheduled, day.Add(24*time.Hour)
	v3.Algorithm = key.AES256HSM
	k1 := &Key{ID: "k1", Name: "заказы <&>", Status: key.Active, CreatedAt: day, RotatedAt: day.Add(time.Millisecond),
		DefaultAlgorithm: key.AES192, Primary: "v3", Versions: []*Version{v1, v2, v3}}
	k2 := &Key{ID: "k2", Status: key.Inactive, CreatedAt: day, DeleteAt: day.Add(72 * time.Hour),
		DefaultAlgorithm: key.AES128, Primary: "v1", Versions: []*Version{version("v1", 4)}}
	return &Keyring{Generation: 1 << 60, Keys: []*Key{k1, k2},
		Tombstones: []Tombstone{{ID: "k0", Versions: []key.VersionID{"v1", "v2"}, DeletedAt: day}}}
}

func mustEncode(t *testing.T, r *Keyring) []byte {
	t.Helper()
	data, err := Encode(r)
	if err != nil {
		t.Fatalf("Encode: %v", err)
	}
	return data
}

// mustSave writes a file as a keyring is kept, and returns its path.
func mustSave(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyring.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkSecret checks that an error has none of the sample's material.
func checkSecret(t *testing.T, err error) {
	t.Helper()
	for n := range byte(10) {
		if strings.Contains(err.Error(), base64.StdEncoding.EncodeToString(material(n))[:12]) {
			t.Fatalf("the error shows material: %v", err)
		}
	}
}

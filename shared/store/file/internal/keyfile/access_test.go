//go:build unix

package keyfile

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAccess: the group's rights to read and write count for Group, and
// everybody's for nobody.
func TestAccess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.json")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode][2]bool{ // Owner, Group
		0o600: {true, true}, 0o400: {true, true}, 0o700: {true, true},
		0o440: {false, true}, 0o640: {false, true}, 0o660: {false, true},
		0o650: {false, false}, 0o670: {false, false}, 0o604: {false, false}, 0o602: {false, false}, 0o644: {false, false}, 0o666: {false, false},
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		for a, want := range want {
			if _, err := Access(a).Load(path, nil); (err == nil) != want {
				t.Errorf("mode %04o, access %d: %v", mode, a, err)
			}
		}
	}
}

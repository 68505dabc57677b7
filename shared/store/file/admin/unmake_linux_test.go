package admin

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rekey/shared/folder"
	"rekey/shared/keyadmin"
)

// makeKey is what `rekey keys create` does where there is no keyring.
func makeKey(path string) error {
	a, err := Open(path, Options{Create: true})
	if err == nil {
		_, err = a.Create(ctx, keyadmin.Creation{ID: "k1"})
	}
	return err
}

// TestUnmake lets a real disk be full, of everything, and of all but a few
// pages: the first key is there, or nothing is.
func TestUnmake(t *testing.T) {
	made, failed := 0, 0
	err := onSmallDisk(t, func(dir string) {
		for pages := range 9 {
			fillDisk(t, filepath.Join(dir, "filler"))
			if err := os.Truncate(filepath.Join(dir, "filler"), int64(16-pages)*4096); err != nil {
				t.Error(err)
			}
			path := filepath.Join(dir, "some", "where", "keyring.json")
			err := makeKey(path)
			all, _ := os.ReadDir(dir)
			switch {
			case err == nil:
				made++
			case len(all) > 1:
				t.Errorf("with %d pages: %v is left", pages, all)
			case !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "keyring.json is not made: ") ||
				strings.Contains(err.Error(), "unchanged"):
				t.Errorf("with %d pages: %v", pages, err)
			default:
				failed++
			}
			if err := errors.Join(os.RemoveAll(filepath.Join(dir, "some")),
				os.Remove(filepath.Join(dir, "filler"))); err != nil {
				t.Error(err)
			}
		}
	})
	if err != nil {
		t.Skipf("no disk can be mounted: %v", err)
	}
	if made == 0 || failed < 3 {
		t.Errorf("%d made, %d not: the disk had other sizes", made, failed)
	}
}

// TestUnmakeWhatIsOurs: what was there before the keyring stays.
func TestUnmakeWhatIsOurs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keyring.json")
	for _, name := range []string{path + ".lock", filepath.Join(dir, "other")} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := Open(path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	a.disk.rename = func(*folder.Folder, string, string) error { return syscall.ENOSPC }
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k1"}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error is %v", err)
	}
	all, _ := os.ReadDir(dir)
	if len(all) != 2 || exists(path) {
		t.Errorf("there is %v", all)
	}
	a.disk = realDisk
	if a, err = Open(path, Options{Create: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Create(ctx, keyadmin.Creation{ID: "k1"}); err != nil {
		t.Fatal(err)
	}
	a.disk.rename = func(*folder.Folder, string, string) error { return syscall.ENOSPC }
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k2"}); err == nil ||
		!strings.Contains(err.Error(), "is unchanged") || !exists(path) {
		t.Errorf("behind somebody else's change: %v", err)
	}
}

package admin

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"rekey/shared/folder"
	"rekey/shared/store/file/internal/keyfile"
)

// tempMark is between the name of a keyring and the digits of a temporary
// file of it.
const tempMark = ".tmp-"

// sweep removes the temporary files that writers of this keyring left when
// they were killed: they hold material. A writer that lives has the lock, and
// now the caller has it, so none of them is in use. One that cannot be
// removed stays: it stops no change, and `rekey keyring check` shows it.
func (d disk) sweep(dir *folder.Folder, keyring string) {
	for _, path := range leftovers(dir.Path(keyring)) {
		d.remove(dir, filepath.Base(path))
	}
}

// oldAge is when a temporary file of a backup, which has no lock, is surely
// abandoned, 10 minutes: writing one takes milliseconds.
const oldAge = 10 * time.Minute

// sweepOld is sweep without a lock.
func (d disk) sweepOld(dir *folder.Folder, backup string) {
	for _, path := range leftovers(dir.Path(backup)) {
		if info, err := os.Lstat(path); err == nil && time.Since(info.ModTime()) > oldAge {
			d.remove(dir, filepath.Base(path))
		}
	}
}

// leftovers are the temporary files beside the keyring at path, those of its
// memory too, and those in use if the caller has not the lock.
func leftovers(path string) []string {
	var found []string
	for _, e := range beside(path) {
		mark, digits, _ := strings.Cut(strings.TrimPrefix(e.Name(), filepath.Base(path)), tempMark)
		if (mark == "" || mark == keyfile.MemorySuffix) && digits != "" && strings.Trim(digits, "0123456789") == "" {
			found = append(found, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	return found
}

// beside are the regular files in the folder of path whose names begin with
// its own and a dot. A folder that cannot be listed has none.
func beside(path string) []os.DirEntry {
	all, _ := os.ReadDir(filepath.Dir(path))
	var found []os.DirEntry
	for _, e := range all {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), filepath.Base(path)+".") {
			found = append(found, e)
		}
	}
	return found
}

package folder

import (
	"errors"
	"io/fs"
	"os"
)

// ErrPlanted: who replaces it gives what they write to somebody else.
var ErrPlanted = errors.New("somebody else has put it into a folder that everybody can write: name another file")

// Replaced is the regular file that another one is to replace, whose owner and
// mode may be kept; it is nil if there is none. What the user may not write is
// refused, for a rename would not ask, and what is planted.
func (d *Folder) Replaced(name string) (fs.FileInfo, error) {
	f, e, err := d.OpenFile(name, os.O_WRONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if d.Planted(e) {
		return nil, ErrPlanted
	}
	return f.Stat()
}

// Planted reports whether this may be a trap: a file of somebody else, neither
// the user nor the folder's owner, where everybody may put one, as in /tmp. The
// kernel itself lets nobody open one there to make it (fs.protected_regular), if
// it is told to.
func (d *Folder) Planted(e Entry) bool {
	info, err := d.file.Stat()
	if err != nil || info.Mode()&fs.ModeSticky == 0 || info.Mode()&0o022 == 0 {
		return false
	}
	owner, err := d.Owner()
	return err != nil || e.Owner != os.Geteuid() && e.Owner != owner
}

package keyfile

import (
	"fmt"
	"io/fs"

	"rekey/shared/plain"
	"rekey/shared/secretfile"
)

// Access says whose a keyring file may be.
type Access int

// The values of Access.
const (
	// Owner: nobody else may read or write it.
	Owner Access = iota
	// Group: its group may as well, where a platform mounts it so.
	Group
)

// check refuses a mode, and says what to do about it.
func (a Access) check(path string, m fs.FileMode) error {
	switch {
	case m.IsDir():
		return fmt.Errorf("keyring %s is not a regular file but a folder: give the path of the file itself (Docker "+
			"makes a folder where a file to be mounted is missing)", path)
	case !m.IsRegular():
		return fmt.Errorf("keyring %s is not a regular file: give the path of the file itself", path)
	case !openTo(m, 0o077), a == Group && !openTo(m, 0o017):
		return nil
	case openTo(m, 0o017):
		return fmt.Errorf("keyring %s is open to group or others (mode %04o): `chmod 600 %s`", path, m.Perm(),
			plain.Shell(path))
	}
	return fmt.Errorf("keyring %s is open to group or others (mode %04o): `chmod 600 %s`, or set %s where that is a "+
		"mount of Docker or Kubernetes",
		path, m.Perm(), plain.Shell(path), secretfile.Allow)
}

//go:build unix

package secretfile

import "io/fs"

func openToAll(m fs.FileMode) bool { return m.Perm()&0o004 != 0 }

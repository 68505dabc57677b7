//go:build unix

package keyfile

import "io/fs"

// openToOthers reports whether group or others may read, write or execute.
func openToOthers(m fs.FileMode) bool { return m.Perm()&0o077 != 0 }

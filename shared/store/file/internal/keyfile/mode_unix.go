//go:build unix

package keyfile

import "io/fs"

// openTo reports whether a mode has any of these bits.
func openTo(m, bits fs.FileMode) bool { return m.Perm()&bits != 0 }

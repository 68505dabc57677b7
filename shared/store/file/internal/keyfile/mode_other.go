//go:build !unix

package keyfile

import "io/fs"

// openTo knows nothing here: the mode bits do not tell who may read.
func openTo(m, bits fs.FileMode) bool { return false }

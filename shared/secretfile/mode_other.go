//go:build !unix

package secretfile

import "io/fs"

// openToAll knows nothing here: the mode bits do not tell who may read.
func openToAll(fs.FileMode) bool { return false }

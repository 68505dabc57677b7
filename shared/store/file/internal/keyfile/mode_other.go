//go:build !unix

package keyfile

import "io/fs"

// openToOthers knows nothing here: the mode bits do not tell who may read.
func openToOthers(fs.FileMode) bool { return false }

package terminal

import (
	"errors"
	"io/fs"
	"os"
)

// Is reports whether a stream is a person's terminal: a character device, and
// not the one that scripts use, /dev/null.
func Is(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(info, null)
}

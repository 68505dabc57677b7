//go:build unix

package admin

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives f the owner of like, if there is a like and it has another:
// a change made by root must not shut out the server that runs as somebody
// else. Without the right to do so it fails, before anything is changed.
func keepOwner(f *os.File, like fs.FileInfo) error {
	if like == nil {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	have, want := info.Sys().(*syscall.Stat_t), like.Sys().(*syscall.Stat_t)
	if have.Uid == want.Uid {
		return nil
	}
	return f.Chown(int(want.Uid), int(want.Gid))
}

//go:build linux || openbsd || dragonfly

package file

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when content, name or mode of the file last changed.
func changeTime(info fs.FileInfo) time.Time {
	return time.Unix(info.Sys().(*syscall.Stat_t).Ctim.Unix())
}

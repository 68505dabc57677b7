//go:build unix

package admin

import (
	"io/fs"
	"os"
	"syscall"
)

// trusts reports whether a lock of this owner may be one of ours.
func (h *held) trusts(uid int, like fs.FileInfo) bool {
	if uid == 0 || uid == os.Geteuid() {
		return true
	}
	if like != nil {
		return uid == int(like.Sys().(*syscall.Stat_t).Uid)
	}
	owner, err := h.dir.Owner()
	return err == nil && uid == owner
}

// blocksOwner reports whether this is a lock of root's that the owner of the
// keyring cannot open, which root can change: not by giving it away, for what
// was not made just now may be anything, but by making another.
func (h *held) blocksOwner(like fs.FileInfo) bool {
	return os.Geteuid() == 0 && like != nil && h.is.Owner == 0 && like.Sys().(*syscall.Stat_t).Uid != 0
}

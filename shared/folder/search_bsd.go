//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package folder

import "golang.org/x/sys/unix"

// search opens a folder to go through.
const search = unix.O_RDONLY | unix.O_DIRECTORY

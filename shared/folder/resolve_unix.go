//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package folder

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// maxLinks is how many symbolic links a path may lead through, 40 as in Linux.
const maxLinks = 40

// Resolve returns where a path leads, with no symbolic link in it, though the
// end of it may not be there yet. As root it follows no link that lies in a
// folder that another user can write: they could have the file made, or
// replaced, wherever they like.
func Resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	at, rest := "/", strings.Split(abs, "/")
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		next := filepath.Join(at, name) // cleans away . and, at a folder that is not a link, ..
		to, err := os.Readlink(next)
		if err != nil { // it is not a link, or not there
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", &fs.PathError{Op: "open", Path: path, Err: syscall.ELOOP}
		}
		if err := mayFollow(at, next); err != nil {
			return "", err
		}
		if filepath.IsAbs(to) {
			at = "/"
		}
		rest = append(strings.Split(to, "/"), rest...)
	}
	return at, nil
}

func mayFollow(dir, link string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if info.Sys().(*syscall.Stat_t).Uid != 0 || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%q is a symbolic link in a folder that another user can write, and root does not "+
			"follow it: give the path that it leads to, or run rekey as that user", link)
	}
	return nil
}

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package admin

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the lock of an open file, or reports that somebody has it.
// flock belongs to the open file, not to the process: it keeps goroutines
// apart as it does processes, and goes when the file is closed, by a crash
// too.
func tryLock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		}
		return err == nil, err
	}
}

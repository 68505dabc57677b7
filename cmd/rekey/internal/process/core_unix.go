//go:build unix

package process

import (
	"errors"
	"syscall"
)

// NoCore keeps the kernel from writing memory of this process, which holds keys, to a
// core file. EPERM of the limit is not an error: what may not be lowered here, a
// sandbox keeps.
func NoCore() error {
	err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	if errors.Is(err, syscall.EPERM) {
		err = nil
	}
	return errors.Join(err, undumpable())
}

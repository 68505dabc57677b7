//go:build unix

package message

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// openDescriptor is another number for a descriptor that this program was
// started with: its own files, which close when it starts another, have
// numbers too.
func openDescriptor(fd int) (*os.File, error) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 {
		return nil, unix.EBADF
	}
	other, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(other), "descriptor"), nil
}

func statDescriptor(fd int) (fs.FileInfo, error) {
	f, err := openDescriptor(fd)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Stat()
}

package process

import "syscall"

// undumpable keeps memory out of core files that are piped to a program, which
// no limit holds for, and from debuggers of the same user.
func undumpable() error {
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

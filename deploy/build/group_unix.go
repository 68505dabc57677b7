//go:build unix

package build

import (
	"os/exec"
	"syscall"
)

// together has a command that is broken off take the compilers and linkers
// that it has started with it: they would go on, and write into folders that
// are being removed.
func together(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}

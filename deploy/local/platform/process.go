package platform

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// spawn starts the instance's process, in its program's folder. f.mu is held.
//
// Where the kernel can, the process dies with the thread that started it, so
// that thread does nothing else as long as the process lives.
func (in *instance) spawn(c *exec.Cmd, dir string) error {
	stdout, stderr := &lines{f: in.f}, &lines{f: in.f}
	c.Stdout, c.Stderr = stdout, stderr
	c.Dir = dir
	c.SysProcAttr = diesWithParent
	c.WaitDelay = time.Second // for a child process that keeps its output open
	in.cmd = c
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.Start()
		if err == nil {
			in.f.running.Add(1)
		}
		started <- err
		if err == nil {
			c.Wait() // c.ProcessState has what it says
			stdout.flush()
			stderr.flush()
			in.end()
		}
	}()
	return <-started
}

// folder is the absolute path of a file, and that of its folder.
func folder(file string) (path, dir string, err error) {
	path, err = filepath.Abs(file)
	return path, filepath.Dir(path), err
}

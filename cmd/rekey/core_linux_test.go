package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
)

// TestNoCore: the kernel writes no core file of the command, root or not.
// What that takes from its user's right to look into /proc keeps it from no
// file that is given by a descriptor, and nobody from its status.
func TestNoCore(t *testing.T) {
	dir := openDir(t)
	program := filepath.Join(dir, "rekey")
	mustCopy(t, program, os.Args[0])
	c := exec.Command(program, "serve", "--addr", "127.0.0.1:0", "--seed", "/dev/fd/3")
	c.Dir, c.Env = dir, []string{"HOME=" + dir, "TMPDIR=" + dir}
	seed, give, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		if err := seed.Chown(nobody, nobody); err != nil { // as if it had made the pipe
			t.Fatal(err)
		}
	}
	c.ExtraFiles = []*os.File{seed}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { c.Process.Signal(os.Interrupt); c.Wait() }()
	fmt.Fprint(give,
		`{"keys":[{"id":"k","versions":[{"id":"v","algorithm":"AES_128","material":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}]}]}`)
	give.Close()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}

	proc := fmt.Sprintf("/proc/%d", c.Process.Pid)
	for file, want := range map[string]string{"limits": `Max core file size +0 +0 `, "status": `VmHWM:\s+[0-9]+ kB`} {
		if text, err := os.ReadFile(filepath.Join(proc, file)); err != nil || !regexp.MustCompile(want).Match(text) {
			t.Errorf("%s: got %v, %s, want %s", file, err, text, want)
		}
	}
	info, err := os.Stat(filepath.Join(proc, "environ"))
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid != 0 { // root's is what may not be dumped
		t.Errorf("%s/environ is of user %d: the process may be dumped", proc, uid)
	}
}

//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// nobody is the user without rights: 65534 on Linux, and as good as any
// other number elsewhere.
const nobody = 65534

// TestScriptAsNobody runs for root what TestScript skips for root, who may
// write everywhere: it runs a copy of this test program as another user.
func TestScriptAsNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("TestScript runs it")
	}
	dir := openDir(t)
	program := filepath.Join(dir, "rekey.test")
	mustCopy(t, program, os.Args[0])
	if err := os.CopyFS(filepath.Join(dir, "testdata", "script"), os.DirFS("testdata/script")); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "-test.v", "-test.run", "^TestScript$/^readonly$")
	c.Dir = dir
	c.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := c.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: TestScript/readonly")) {
		t.Errorf("%v\n%s", err, out)
	}
}

// openDir is a temporary folder where everybody may write.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rekey-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

func mustCopy(t *testing.T, to, from string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

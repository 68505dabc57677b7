package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/shared/slow"
)

// TestAge runs sessions with age itself. The file commands of each has the
// lines about it of docs/keyring.md.
func TestAge(t *testing.T) {
	slow.Skip(t)
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("SKIP-NEEDS: a terminal")
	}
	path := mustFindAge(t) + string(filepath.ListSeparator) + os.Getenv("PATH")
	doc, err := os.ReadFile("../../docs/keyring.md")
	if err != nil {
		t.Fatal(err)
	}
	var commands []byte
	for _, line := range regexp.MustCompile(`(?m)^ *\$ (.*identity\.age.*\n)`).FindAllSubmatch(doc, -1) {
		commands = append(commands, line[1]...)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/age",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", path)
			return os.WriteFile(filepath.Join(e.WorkDir, "commands"), commands, 0o600)
		},
	})
}

// mustFindAge returns the folder of the program: one that is installed, or the
// version of the library.
func mustFindAge(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("age"); err == nil {
		return filepath.Dir(path)
	}
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "filippo.io/age").Output()
	if err != nil {
		t.Fatal(err)
	}
	install := exec.Command("go", "install", "filippo.io/age/cmd/age@"+string(version[:len(version)-1]))
	bin := t.TempDir()
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("SKIP-NEEDS: age, of Debian's package or of Go's module proxy: %v\n%s", err, out)
	}
	return bin
}

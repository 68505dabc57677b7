package repo

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// goFor is go for a system/processor, which is not this machine's.
func goFor(target string, args ...string) (string, error) {
	system, processor, _ := strings.Cut(target, "/")
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0")
	out, err := c.CombinedOutput()
	return string(out), err
}

// TestSystems: for a system that rekey does not run on it does not build, and
// the compiler names those that it runs on.
func TestSystems(t *testing.T) {
	top()
	const reason = "undefined: this_system_is_not_supported__rekey_runs_on_Linux_macOS_and_BSD"
	for target, runs := range map[string]bool{
		"linux/arm64": true, "darwin/arm64": true, "freebsd/amd64": true, "netbsd/amd64": true, "openbsd/amd64": true,
		"dragonfly/amd64": true,
		"windows/amd64":   false, "solaris/amd64": false, "illumos/amd64": false, "aix/ppc64": false,
		"plan9/amd64": false, "js/wasm": false, "wasip1/wasm": false,
	} {
		out, err := goFor(target, "build", "./shared/system")
		if runs && err != nil || !runs && (err == nil || strings.Count(out, "undefined") != 1 ||
			!strings.Contains(out, reason)) {
			t.Errorf("%s: %v, %s", target, err, out)
		}
	}
}

// TestSystemsReason: whatever runs keys has that reason before any other: it
// can be loaded for another system, and is built after package system.
func TestSystemsReason(t *testing.T) {
	top()
	for _, target := range []string{"windows/amd64", "solaris/amd64"} {
		out, err := goFor(target, "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./cmd/rekey", "./functions/...",
			"./shared/folder", "./shared/secretfile", "./shared/server", "./shared/store/file",
			"./shared/store/file/admin", "./deploy/local/stage", "./deploy/smoke")
		if err != nil {
			t.Errorf("%s: %s", target, out)
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
			words := strings.Fields(line)
			if !slices.Contains(words, "rekey/shared/system") {
				t.Errorf("%s: %s is built without package system", target, words[0])
			}
		}
	}
}

package repo

import (
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRuntimeDefaults: what ships has the runtime's defaults of the Go that
// builds it, and go.mod those of the oldest Go that may: for the platforms.
func TestRuntimeDefaults(t *testing.T) {
	top()
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{.Name}} {{.DefaultGODEBUG}}`, "./cmd/...",
		"./functions/...") {
		if words := strings.Fields(line); words[1] == "main" && old(words[2:]) {
			t.Errorf("settings of an older Go: %s", line)
		}
	}
	program := filepath.Join(t.TempDir(), "rekey")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/rekey").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range info.Settings {
		if s.Key == "DefaultGODEBUG" && old([]string{s.Value}) {
			t.Errorf("rekey is built with %s", s.Value)
		}
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^go 1\.23\.0$`).Match(mod) ||
		regexp.MustCompile(`(?m)^(toolchain|godebug)\b`).Match(mod) {
		t.Error("go.mod has to say go 1.23.0, and nothing of a toolchain")
	}
}

// old reports whether there are settings beside that of GOFIPS140.
func old(settings []string) bool {
	s := strings.Join(settings, ",")
	return s != "" && s != "fips140=on"
}

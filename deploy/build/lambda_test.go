package build

import (
	"bytes"
	"debug/buildinfo"
	"path/filepath"
	"runtime"
	"testing"
)

// needLambda skips where another Go runs the tests: it would be downloaded.
func needLambda(t *testing.T) {
	t.Helper()
	if v := runtime.Version(); v != GoLambda && !long {
		t.Skipf("%s runs these tests; with LONG=1 %s is downloaded", v, GoLambda)
	}
}

func mustLambda(t *testing.T, root, arch, function string) []byte {
	t.Helper()
	data, err := LambdaArchive(ctx, root, arch, function)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestLambda: the archive is one program, for the right machine, without
// paths of this one.
func TestLambda(t *testing.T) {
	needLambda(t)
	arches, functions := []string{runtime.GOARCH}, []string{"encrypt"} // the other has the standard library compiled once more
	if long {
		arches, functions = Architectures, Functions
	}
	for _, arch := range arches {
		for _, function := range functions {
			checkLambda(t, mustLambda(t, clone, arch, function), arch, function)
		}
	}
}

func checkLambda(t *testing.T, archive []byte, arch, function string) {
	t.Helper()
	files := mustFiles(t, archive)
	program := []byte(files["bootstrap"])
	if len(files) != 1 || len(program) == 0 {
		t.Fatalf("%s, %s: the archive has %d files", function, arch, len(files))
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if info.GoVersion != GoLambda || info.Path != Module+"/functions/"+function || settings["GOOS"] != "linux" || settings["GOARCH"] != arch ||
		settings["CGO_ENABLED"] != "0" || settings["-trimpath"] != "true" || settings["-tags"] != "lambda.norpc" || settings["vcs.revision"] != "" {
		t.Errorf("%s, %s: built as %v", function, arch, info)
	}
	root, err := filepath.Abs(clone)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(program, []byte(root)) {
		t.Errorf("%s, %s: the program has the path of the clone in it", function, arch)
	}
	if function != "encrypt" {
		return // the others are as large
	}
	t.Logf("FIGURE AWS Lambda, %s, %s: program %.1f MiB, archive %.1f MiB", function, arch, float64(len(program))/(1<<20), float64(len(archive))/(1<<20))
}

func TestUnknownFunction(t *testing.T) {
	if err := Lambda(ctx, clone, "arm64", "nosuch", t.TempDir()); err == nil {
		t.Error("Lambda built what there is not")
	}
	if err := Plugin(ctx, clone, "nosuch", t.TempDir()); err == nil {
		t.Error("Plugin built what there is not")
	}
}

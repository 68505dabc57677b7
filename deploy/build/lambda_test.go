package build

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"rekey/shared/slow"
)

// skipRace skips what compresses megabytes, which takes ten times as long with
// the race detector: nothing in it happens at the same time.
func skipRace(t *testing.T) {
	t.Helper()
	if raceEnabled {
		t.Skip("go test without -race does the same")
	}
}

// needLambda skips where another Go runs the tests: it would be downloaded.
func needLambda(t *testing.T) {
	t.Helper()
	slow.Skip(t)
	skipRace(t)
	if v := runtime.Version(); v != GoLambda && !long {
		t.Skipf("%s runs these tests; with LONG=1 %s is downloaded", v, GoLambda)
	}
}

var lambdaOnce = sync.OnceValues(func() ([]byte, error) { return LambdaArchive(ctx, clone, runtime.GOARCH, "encrypt") })

// mustLambda is the archive of encrypt for this machine's architecture.
func mustLambda(t *testing.T) []byte {
	t.Helper()
	data, err := lambdaOnce()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestLambda: the archive is one program, for the right machine, without
// paths of this one.
func TestLambda(t *testing.T) {
	needLambda(t)
	checkLambda(t, mustLambda(t), runtime.GOARCH, "encrypt")
	if !long {
		return // the other architecture has the standard library compiled once more
	}
	for _, arch := range Architectures {
		for _, function := range Functions {
			data, err := LambdaArchive(ctx, clone, arch, function)
			if err != nil {
				t.Fatal(err)
			}
			checkLambda(t, data, arch, function)
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
	if info.GoVersion != GoLambda || info.Path != Module+"/functions/"+function || settings["GOOS"] != "linux" ||
		settings["GOARCH"] != arch ||
		settings["CGO_ENABLED"] != "0" || settings["-trimpath"] != "true" || settings["-tags"] != "lambda.norpc" ||
		settings["vcs.revision"] != "" {
		t.Errorf("%s, %s: built as %v", function, arch, info)
	}
	if p, err := elf.NewFile(bytes.NewReader(program)); err != nil || p.Section(".symtab") != nil {
		t.Errorf("%s, %s: the program has symbols, or is none: %v", function, arch, err)
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
	t.Logf("FIGURE AWS Lambda, %s, %s: program %.1f MiB, archive %.1f MiB", function, arch,
		float64(len(program))/(1<<20), float64(len(archive))/(1<<20))
}

func TestUnknownFunction(t *testing.T) {
	if err := Lambda(ctx, clone, "arm64", "nosuch", t.TempDir()); err == nil {
		t.Error("Lambda built what there is not")
	}
	if err := Plugin(ctx, clone, "nosuch", t.TempDir()); err == nil {
		t.Error("Plugin built what there is not")
	}
}

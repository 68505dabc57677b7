package build

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rekey/shared/slow"
)

var ctx = context.Background()

// long reports whether there is time for what takes minutes.
var long = os.Getenv("LONG") == "1"

const clone = "../.." // of this package

var yandexOnce = sync.OnceValues(func() ([]byte, error) { return Yandex(ctx, clone) })

// mustYandex is the archive of this clone.
func mustYandex(t *testing.T) []byte {
	t.Helper()
	slow.Skip(t)
	data, err := yandexOnce()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// mustFiles returns what is in an archive, by name.
func mustFiles(t *testing.T, archive []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(data)
	}
	return files
}

func vendored(name string) bool { return strings.HasPrefix(name, "vendor/") }

// ofModule are the names of the archive's files outside the vendor folder.
func ofModule(files map[string]string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(files)), vendored)
}

// mustUnpack unpacks an archive into a new folder.
func mustUnpack(t *testing.T, archive []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := Unpack(archive, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// mustGo runs the go command that builds for Yandex Cloud.
func mustGo(t *testing.T, dir string, args ...string) string {
	t.Helper()
	slow.Skip(t)
	c := exec.Command("go", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOTOOLCHAIN="+GoYandex, "GOFLAGS=-mod=mod", "GOOS=linux", "CGO_ENABLED=1")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", c.Args, err, &stderr)
	}
	return string(out)
}

// TestYandexHasWhatIsBuilt: of the module itself, the archive has the files
// that are built and nothing else.
func TestYandexHasWhatIsBuilt(t *testing.T) {
	root, err := filepath.Abs(clone)
	if err != nil {
		t.Fatal(err)
	}
	out := mustGo(t, root, "list", "-deps", "-tags", "ycf", "-f",
		`{{if .Module}}{{if .Module.Main}}{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`,
		"./functions/...")
	want := []string{"go.mod", "go.sum"}
	for _, file := range strings.Fields(out) {
		want = append(want, strings.TrimPrefix(file, root+"/"))
	}
	if _, err := os.Stat(filepath.Join(root, "LICENSE")); err == nil {
		want = append(want, "LICENSE")
	}
	slices.Sort(want)
	got := ofModule(mustFiles(t, mustYandex(t)))
	if !slices.Equal(got, want) {
		t.Errorf("the archive has\n%v\nwant\n%v", got, want)
	}
	for _, f := range Functions {
		if entry := strings.TrimSuffix(Entrypoint(f), ".Handler") + ".go"; !slices.Contains(got, entry) {
			t.Errorf("the archive lacks the entry point of %s", f)
		}
	}
}

// TestYandexHasNothingElse says it once more, in words.
func TestYandexHasNothingElse(t *testing.T) {
	folders := []string{"cmd", "deploy", "docs", "tests", "testdata", "admin", "keyadmin", "storetest",
		"resttest", "server", "client"}
	owners := []string{"aws", "spf13", "getkin", "hashicorp", "rogpeppe", "zclconf", "coreos"}
	for name := range mustFiles(t, mustYandex(t)) {
		never := folders
		if vendored(name) {
			never = owners
		} else if ext := path.Ext(name); ext != ".go" && ext != ".mod" && ext != ".sum" && name != "LICENSE" {
			t.Errorf("the archive has %s", name)
		}
		for _, part := range strings.Split(name, "/") {
			if slices.Contains(never, part) || strings.HasSuffix(part, "_test.go") || part == "main.go" {
				t.Errorf("the archive has %s", name)
			}
		}
	}
}

// goMod is what `go mod edit -json` says of a go.mod.
type goMod struct {
	Module    struct{ Path string }
	Go        string
	Toolchain *string
	Require   []struct{ Path, Version string }
	Replace   []any
}

func mustMod(t *testing.T, dir string) (m goMod) {
	t.Helper()
	if err := json.Unmarshal([]byte(mustGo(t, dir, "mod", "edit", "-json")), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestYandexMod: the archive's go.mod is tidy, with the clone's versions and
// without what only other parts of the clone need.
func TestYandexMod(t *testing.T) {
	dir, all := mustUnpack(t, mustYandex(t)), map[string]string{}
	for _, r := range mustMod(t, clone).Require {
		all[r.Path] = r.Version
	}
	m := mustMod(t, dir)
	if m.Module.Path != Module || m.Go != "1.23.0" || m.Toolchain != nil || len(m.Replace) > 0 {
		t.Errorf("go.mod says %+v", m)
	}
	for _, r := range m.Require {
		if all[r.Path] != r.Version {
			t.Errorf("%s %s: the clone has %q", r.Path, r.Version, all[r.Path])
		}
		for _, gone := range []string{"github.com/aws/", "github.com/spf13/", "github.com/getkin/",
			"github.com/hashicorp/", "github.com/zclconf/", "github.com/rogpeppe/", "golang.org/x/term",
			"go.uber.org/"} {
			if strings.HasPrefix(r.Path, gone) {
				t.Errorf("go.mod requires %s", r.Path)
			}
		}
	}
	if len(m.Require) == 0 || len(m.Require) >= len(all) {
		t.Errorf("go.mod requires %d modules, the clone's %d", len(m.Require), len(all))
	}
	if err := os.RemoveAll(filepath.Join(dir, "vendor")); err != nil {
		t.Fatal(err)
	}
	mustGo(t, dir, "mod", "tidy", "-diff")
}

// TestYandexModules: the two archives differ only in the vendor folder.
func TestYandexModules(t *testing.T) {
	slow.Skip(t)
	without, err := YandexModules(ctx, clone)
	if err != nil {
		t.Fatal(err)
	}
	with := mustFiles(t, mustYandex(t))
	maps.DeleteFunc(with, func(name, _ string) bool { return vendored(name) })
	if !maps.Equal(with, mustFiles(t, without)) {
		t.Errorf("without the vendor folder there are %v", ofModule(mustFiles(t, without)))
	}
}

// TestYandexLicences: every module that is copied into the archive has brought
// its licence.
func TestYandexLicences(t *testing.T) {
	files := mustFiles(t, mustYandex(t))
	for _, line := range strings.Split(files["vendor/modules.txt"], "\n") {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] != "#" {
			continue
		}
		if files["vendor/"+words[1]+"/LICENSE"] == "" {
			t.Errorf("there is no licence of %s", words[1])
		}
	}
}

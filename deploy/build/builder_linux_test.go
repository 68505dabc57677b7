package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rekey/shared/slow"
)

// builder is a machine of Yandex Cloud that builds one function: only a
// version of Go, a C compiler and the unpacked archive.
type builder struct {
	goroot string
	dir    string // all that is kept
	env    []string
}

// mustBuilder unpacks an archive for a builder whose caches are empty.
func mustBuilder(t *testing.T, archive []byte, env ...string) *builder {
	t.Helper()
	b := &builder{goroot: strings.TrimSpace(mustGo(t, clone, "env", "GOROOT")), dir: t.TempDir()}
	b.env = append([]string{
		"PATH=" + filepath.Join(b.goroot, "bin") + ":" + os.Getenv("PATH"), "HOME=" + b.at("home"), "TMPDIR=" +
			b.at("tmp"),
		"GOPATH=" + b.at("gopath"), "GOCACHE=" + b.at("gocache"), "GOMODCACHE=" + b.at("gomodcache"),
		"GOTOOLCHAIN=local", "CGO_ENABLED=1", "GOMAXPROCS=2",
	}, env...)
	for _, sub := range []string{"home", "tmp"} {
		if err := os.Mkdir(b.at(sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := Unpack(archive, b.at("source")); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *builder) at(name string) string { return filepath.Join(b.dir, name) }

// build builds a function, and holds it against the limits that are in bytes.
// Time is not tested: machines are busy.
func (b *builder) build(t *testing.T, function string) usage {
	t.Helper()
	c := exec.Command(filepath.Join(b.goroot, "bin", "go"), pluginArgs(function, b.at(function+".so"))...)
	c.Dir, c.Env = b.at("source"), b.env
	u, err := measured(c, b.dir)
	if err != nil {
		t.Fatal(err)
	}
	if u.files > MaxFiles {
		t.Errorf("the build of %s has %d bytes of files, at most %d are allowed", function, u.files, MaxFiles)
	}
	if info, err := os.Stat(b.at(function + ".so")); err != nil || info.Size() == 0 {
		t.Errorf("the plugin of %s: %v", function, err)
	}
	return u
}

// needBuilder skips where a function cannot be built as Yandex Cloud does, and
// in the runs of the same tests with other settings: what is built does not
// depend on them, and it takes half a minute on two free cores.
func needBuilder(t *testing.T) {
	t.Helper()
	slow.Skip(t)
	if raceEnabled || runtime.Version() == GoYandex || os.Getenv("GODEBUG") != "" {
		t.Skip("go test without -race and GODEBUG, of a newer Go, builds the same")
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("SKIP-NEEDS: gcc, to build plugins")
	}
	if out, err := exec.Command("env", "GOTOOLCHAIN="+GoYandex, "go", "version").CombinedOutput(); err != nil {
		t.Skipf("SKIP-NEEDS: %s: %v: %s", GoYandex, err, out)
	}
}

// TestBuilder builds every function only from the archive, with empty caches
// and no network. The first is measured: a builder starts cold each time.
func TestBuilder(t *testing.T) {
	needBuilder(t)
	archive := mustYandex(t)
	b := mustBuilder(t, archive, "GOPROXY=off", "GOFLAGS=")
	first := "encrypt"
	t.Logf("FIGURE the builder of Yandex Cloud, %s, archive of %d KiB (%d %% of %d): %v", first, len(archive)>>10,
		100*len(archive)/MaxArchive, MaxArchive>>10, b.build(t, first))
	for _, f := range Functions {
		if f != first {
			b.build(t, f)
		}
	}
	if left, err := filepath.Glob(b.at("gomodcache/*")); err != nil || len(left) > 0 {
		t.Errorf("the module cache has %v, %v", left, err)
	}
}

// TestBuilderModules is what the archive without a vendor folder would take,
// and the one with it in a builder that does not look at that.
func TestBuilderModules(t *testing.T) {
	if !long {
		t.Skip("LONG=1 measures builds that download modules")
	}
	needBuilder(t)
	proxy := strings.TrimSpace(mustGo(t, clone, "env", "GOPROXY"))
	if proxy == "off" {
		t.Skip("SKIP-NEEDS: a module proxy, GOPROXY is off")
	}
	without, err := YandexModules(ctx, clone)
	if err != nil {
		t.Fatal(err)
	}
	for name, archive := range map[string][]byte{"without the vendor folder": without,
		"that ignores the vendor folder": mustYandex(t)} {
		b := mustBuilder(t, archive, "GOPROXY="+proxy, "GOFLAGS=-mod=mod -modcacherw")
		t.Logf("FIGURE the builder of Yandex Cloud, encrypt, %s: %v", name, b.build(t, "encrypt"))
	}
}

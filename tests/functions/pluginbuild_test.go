package functions_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"rekey/deploy/build"
	"rekey/deploy/local/platform"
	"rekey/shared/slow"
)

const old = build.GoYandex

// withOld is the go command of the old version.
func withOld(args ...string) *exec.Cmd {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "GOTOOLCHAIN="+old, "CGO_ENABLED=1")
	return c
}

// buildPlugins builds the functions of the archive that is deployed, so that
// it is what the tests call.
func buildPlugins(dir string) error {
	archive, err := build.Yandex(context.Background(), "../..")
	if err != nil {
		return err
	}
	source := filepath.Join(dir, "source")
	if err := build.Unpack(archive, source); err != nil {
		return err
	}
	if err := platform.BuildHost(context.Background(), filepath.Join(dir, "host")); err != nil {
		return err
	}
	plugin := func(name string) error {
		return build.Plugin(context.Background(), source, name, filepath.Join(dir, name+".so"))
	}
	// The first fills the build cache, the others mostly link.
	if err := plugin(build.Functions[0]); err != nil {
		return err
	}
	others := build.Functions[1:]
	ended := make(chan error)
	for _, name := range others {
		go func() { ended <- plugin(name) }()
	}
	for range others {
		err = errors.Join(err, <-ended)
	}
	return err
}

// needPlugins skips a test where plugins cannot be built.
func needPlugins(t *testing.T) {
	t.Helper()
	slow.Skip(t)
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("SKIP-NEEDS: gcc, to build plugins")
	}
	if out, err := withOld("version").CombinedOutput(); err != nil {
		t.Skipf("SKIP-NEEDS: %s: %v: %s", old, err, out)
	}
}

// mustBuildPlugins returns the folder of all functions' plugins and their
// host.
func mustBuildPlugins(t *testing.T) string {
	t.Helper()
	needPlugins(t)
	dir, err := plugins.make(buildPlugins)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

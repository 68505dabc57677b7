package functions_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

const old = "go1.23.12" // what Yandex Cloud Functions build with

// withOld is the go command of the old version.
func withOld(args ...string) *exec.Cmd {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "GOTOOLCHAIN="+old, "CGO_ENABLED=1")
	return c
}

// buildPlugin builds a function as Yandex Cloud Functions do.
func buildPlugin(so, name string) *exec.Cmd {
	return withOld("build", "-tags", "ycf", "-buildmode=plugin", "-trimpath", "-o", so, "./"+name)
}

func buildPlugins(dir string) error {
	steps := []*exec.Cmd{withOld("build", "-trimpath", "-o", filepath.Join(dir, "loader"), "../deploy/platform/host")}
	for name := range operations {
		steps = append(steps, buildPlugin(filepath.Join(dir, name+".so"), name))
	}
	// The first two fill the build cache, the others mostly link.
	if err := errors.Join(together(steps[:1]), together(steps[1:2])); err != nil {
		return err
	}
	return together(steps[2:])
}

// together runs commands at the same time.
func together(steps []*exec.Cmd) error {
	errs := make([]error, len(steps))
	var done sync.WaitGroup
	for i, step := range steps {
		done.Add(1)
		go func() {
			defer done.Done()
			if out, err := step.CombinedOutput(); err != nil {
				errs[i] = fmt.Errorf("%v: %w\n%s", step.Args, err, out)
			}
		}()
	}
	done.Wait()
	return errors.Join(errs...)
}

// needPlugins skips a test where plugins cannot be built.
func needPlugins(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIP-NEEDS: time, leave out -short")
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("SKIP-NEEDS: gcc, to build plugins")
	}
	if out, err := withOld("version").CombinedOutput(); err != nil {
		t.Skipf("SKIP-NEEDS: %s: %v: %s", old, err, out)
	}
}

// mustBuildPlugins returns the folder of all functions' plugins and their
// loader.
func mustBuildPlugins(t *testing.T) string {
	t.Helper()
	needPlugins(t)
	dir, err := plugins.make(buildPlugins)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

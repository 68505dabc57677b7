package platform

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"rekey/shared/slow"
)

// built is a folder of what the tests run: function; function.so, host.
var built string

func TestMain(m *testing.M) {
	if program := os.Getenv("PLATFORM_TEST_PARENT"); program != "" {
		os.Exit(parent(program))
	}
	var err error
	if built, err = os.MkdirTemp("", "platform"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(built)
	os.Exit(status)
}

// parent is this program as one that has an instance and does not end it: a
// frozen one, which cannot see that its platform is gone.
func parent(program string) int {
	f := Lambda(program, Config{Freeze: true})
	if err := f.Provision(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(only(f).cmd.Process.Pid)
	select {}
}

func build(env []string, args ...string) error {
	c := exec.Command("go", append([]string{"build"}, args...)...)
	c.Env = append(os.Environ(), env...)
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w: %s", c.Args, err, text)
	}
	return nil
}

var programs = sync.OnceValue(func() error {
	return build(nil, "-tags", "lambda.norpc", "-o", built+string(filepath.Separator), "./testdata/function")
})

var plugins = sync.OnceValue(func() error {
	if err := BuildHost(context.Background(), filepath.Join(built, "host")); err != nil {
		return err
	}
	return build([]string{"GOTOOLCHAIN=go1.23.12", "CGO_ENABLED=1"}, "-trimpath", "-tags", "ycf", "-buildmode=plugin",
		"-o", filepath.Join(built, "function.so"), "./testdata/function")
})

// needPlugins skips a test where plugins cannot be built.
func needPlugins(t *testing.T) {
	t.Helper()
	slow.Skip(t)
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("SKIP-NEEDS: gcc, to build plugins")
	}
	c := exec.Command("go", "version")
	c.Env = append(os.Environ(), "GOTOOLCHAIN=go1.23.12")
	if out, err := c.CombinedOutput(); err != nil {
		t.Skipf("SKIP-NEEDS: go1.23.12: %v: %s", err, out)
	}
}

// mustPlugin and mustLambda are the same function, with a log.
func mustPlugin(t *testing.T, c Config) (*Function, *bytes.Buffer) {
	t.Helper()
	needPlugins(t)
	if err := plugins(); err != nil {
		t.Fatal(err)
	}
	return watched(t, c, func(c Config) *Function {
		return Plugin(filepath.Join(built, "host"), filepath.Join(built, "function.so"), c)
	})
}

func mustLambda(t *testing.T, c Config) (*Function, *bytes.Buffer) {
	t.Helper()
	if err := programs(); err != nil {
		t.Fatal(err)
	}
	return watched(t, c, func(c Config) *Function { return Lambda(filepath.Join(built, "function"), c) })
}

// watched closes a function at the end of its test, if that has not.
func watched(t *testing.T, c Config, start func(Config) *Function) (*Function, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer) // read it when the function is closed
	if c.Log == nil {
		c.Log = log
	}
	f := start(c)
	t.Cleanup(func() { f.Close() })
	return f, log
}

// both runs a test on both platforms.
func both(t *testing.T, c Config, test func(*testing.T, *Function, *bytes.Buffer)) {
	t.Parallel()
	t.Run("plugin", func(t *testing.T) {
		t.Parallel()
		f, log := mustPlugin(t, c)
		test(t, f, log)
	})
	t.Run("lambda", func(t *testing.T) {
		t.Parallel()
		f, log := mustLambda(t, c)
		test(t, f, log)
	})
}

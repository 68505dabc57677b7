// Package functions_test runs the functions as their platforms do: as a
// process with an event on standard input (local), as a process in AWS
// Lambda's runtime loop (lambda), and as the plugin that Yandex Cloud
// Functions build and open (plugin).
//
// LONG=1 adds figures. What is missing on the machine
// is skipped with a reason that begins with SKIP-NEEDS.
package functions_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"rekey/shared/api"
	"rekey/shared/slow"
)

// operations has the operation of every function; the one of all is zero.
var operations = map[string]api.Operation{
	"all": 0, "encrypt": api.Encrypt, "decrypt": api.Decrypt, "reencrypt": api.ReEncrypt,
	"datakey": api.GenerateDataKey,
}

// long reports whether there is time for what takes minutes.
var long = os.Getenv("LONG") == "1"

// built is a folder that is filled once, when the first test needs it.
type built struct {
	sync.Once
	dir string
	err error
}

func (b *built) make(fill func(dir string) error) (dir string, err error) {
	b.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "functions"); b.err == nil {
			b.err = fill(b.dir)
		}
	})
	return b.dir, b.err
}

var bin, plugins built

func TestMain(m *testing.M) {
	status := m.Run()
	for _, b := range []*built{&bin, &plugins} {
		if b.dir != "" {
			os.RemoveAll(b.dir)
		}
	}
	os.Exit(status)
}

// buildForLambda builds programs of the clone, with SLOW=1 as they are
// deployed to AWS Lambda: other settings than those of the tests themselves
// have everything that is linked compiled once more.
func buildForLambda(out string, env []string, packages ...string) error {
	return buildIn("../..", out, env, packages...)
}

// buildIn is buildForLambda of any folder with a source of rekey.
func buildIn(dir, out string, env []string, packages ...string) error {
	args := []string{"build", "-C", dir, "-tags", "lambda.norpc", "-o", out + string(filepath.Separator)}
	if slow.On() {
		args, env = append(args, "-trimpath"), append([]string{"CGO_ENABLED=0"}, env...)
	}
	c := exec.Command("go", append(args, packages...)...)
	c.Env = append(os.Environ(), env...)
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w: %s", c.Args, err, text)
	}
	return nil
}

// mustBuild returns a function's program, or the command's. It is the same for
// a local invocation and for AWS Lambda.
func mustBuild(t *testing.T, name string) string {
	t.Helper()
	dir, err := bin.make(func(dir string) error { return buildForLambda(dir, nil, "./functions/...", "./cmd/rekey") })
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// clean is a program about to run with nothing of our environment but what
// any process has.
func clean(t *testing.T, program string, args, env []string) (c *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	c = exec.Command(program, args...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	c.Stdout, c.Stderr = stdout, stderr
	return c, stdout, stderr
}

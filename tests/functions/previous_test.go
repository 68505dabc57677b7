package functions_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/slow"
)

// previousRelease is the revision of the release before this one: the newest
// tag v... below HEAD, or what PREVIOUS names. It skips the test where there
// is none.
func previousRelease(t *testing.T) string {
	t.Helper()
	if revision := os.Getenv("PREVIOUS"); revision != "" {
		return revision
	}
	slow.Skip(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("without git the previous release cannot be found")
	}
	tag, err := exec.Command("git", "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^").Output()
	if err != nil {
		t.Skip("there is no release before this commit in this repository; PREVIOUS=REVISION tries any commit as one")
	}
	return strings.TrimSpace(string(tag))
}

// mustBuildPrevious builds the four functions and the command of a revision with
// the Go of this test, and returns where they are.
func mustBuildPrevious(t *testing.T, revision string) string {
	t.Helper()
	source, out := t.TempDir(), t.TempDir()
	archive := filepath.Join(out, "source.tar")
	for _, c := range []*exec.Cmd{
		exec.Command("git", "-C", "../..", "archive", "--format=tar", "-o", archive, revision),
		exec.Command("tar", "-x", "-f", archive, "-C", source),
	} {
		if text, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", c.Args, err, text)
		}
	}
	if err := buildIn(source, out, nil, "./functions/encrypt", "./functions/decrypt", "./functions/reencrypt",
		"./functions/datakey", "./cmd/rekey"); err != nil {
		t.Fatalf("revision %s: %v", revision, err)
	}
	return out
}

// release is the programs of one version of rekey, over a keyring file.
type release struct {
	name, dir, keyring string
}

// call gives a function a direct event on standard input.
func (r release) call(t *testing.T, function, event string, values ...any) answer {
	t.Helper()
	return runProgram(t, filepath.Join(r.dir, function), fmt.Sprintf(event, values...), r.keyring).answer
}

// rekey runs the command.
func (r release) rekey(t *testing.T, args ...string) {
	t.Helper()
	c, stdout, stderr := clean(t, filepath.Join(r.dir, "rekey"), args, []string{r.keyring})
	if err := c.Run(); err != nil {
		t.Fatalf("%s: rekey %v: %v: %s%s", r.name, args, err, stdout, stderr)
	}
}

package functions_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rekey/shared/slow"
)

// released is the line of CHANGELOG.md that names the commit of a release, the
// newest first.
var released = regexp.MustCompile(`(?m)^v\d+\.\d+\.\d+ is commit ([0-9a-f]{40})`)

// previousRelease is the revision of the release before this one: what PREVIOUS
// names, the newest tag v... below HEAD, or the commit that CHANGELOG.md names.
// It skips the test where the clone's history does not have it.
func previousRelease(t *testing.T) string {
	t.Helper()
	if revision := os.Getenv("PREVIOUS"); revision != "" {
		return revision
	}
	slow.Skip(t)
	tag, err := exec.Command("git", "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^").Output()
	if err == nil {
		return strings.TrimSpace(string(tag))
	}
	changes, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	commit := released.FindSubmatch(changes)
	if commit == nil {
		t.Fatal("CHANGELOG.md names the commit of no release: want a line such as `v0.1.0 is commit ID`")
	}
	if err := exec.Command("git", "cat-file", "-e", string(commit[1])+"^{commit}").Run(); err != nil {
		t.Skipf("SKIPPED: this clone does not have the previous release, %s: fetch the whole history (%v)",
			commit[1], err)
	}
	return string(commit[1])
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

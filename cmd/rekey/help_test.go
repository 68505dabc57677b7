package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/cmd/rekey/internal/cli"
)

// walk calls f for a command and all under it that people see.
func walk(c *cobra.Command, f func(*cobra.Command)) {
	f(c)
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			walk(sub, f)
		}
	}
}

func newRoot() *cobra.Command {
	return program(cli.NewStreams(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}))
}

// TestEveryCommandExplainsItself: a text, an example, a group; lines that fit
// a terminal of 80 columns, but for examples.
func TestEveryCommandExplainsItself(t *testing.T) {
	root := newRoot()
	walk(root, func(c *cobra.Command) {
		if c.Long == "" || c.Example == "" {
			t.Errorf("%s has no text or no example", c.CommandPath())
		}
		if c.Parent() == root && c.GroupID == "" {
			t.Errorf("%s is in no group", c.CommandPath())
		}
		for _, line := range strings.Split(c.Long, "\n") {
			if len([]rune(line)) > 80 {
				t.Errorf("%s: a line of %d characters: %s", c.CommandPath(), len(line), line)
			}
		}
		if !strings.HasSuffix(strings.TrimSpace(c.Long), ".") {
			t.Errorf("%s: its text ends without a full stop", c.CommandPath())
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if strings.HasPrefix(f.Usage, "`") {
				t.Errorf("%s: the help of --%s begins with the word that stands before it", c.CommandPath(), f.Name)
			}
		})
	})
}

// tour is all commands in an order in which their examples work, in an empty
// folder with a file called letter.txt, and a Lockbox.
var tour = []string{"", "keys", "keys create", "keys list", "keys get", "keys rotate", "keys versions", "keys import",
	"keys schedule-destruction", "keys cancel-destruction", "keys set-primary", "keys disable", "keys enable",
	"keys check", "encrypt", "inspect", "decrypt", "reencrypt", "datakey", "keyring", "keyring backup", "keyring check",
	"keyring restore", "keyring repair", "keyring passphrase", "keys delete", "serve", "ping", "version", "completion",
	"help"}

// examples are those of all help texts, in the order of the tour.
func examples(t *testing.T) (lines []string) {
	t.Helper()
	of := map[string]string{}
	walk(newRoot(), func(c *cobra.Command) {
		of[strings.TrimPrefix(strings.TrimPrefix(c.CommandPath(), "rekey"), " ")] = c.Example
	})
	for _, command := range tour {
		for _, line := range strings.Split(of[command], "\n") {
			lines = append(lines, strings.TrimPrefix(line, "  "))
		}
		delete(of, command)
	}
	for command := range of {
		t.Errorf("the tour leaves out rekey %s", command)
	}
	return lines
}

// TestExamplesWork runs the examples. Those of serve, which does not end, are
// only read. One that says "# refused", "# asks" or "# fails" fails as it says.
func TestExamplesWork(t *testing.T) {
	for _, tool := range []string{"bash", "openssl", "cmp"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIP-NEEDS: %s, for the examples", tool)
		}
	}
	dir := ownHome(t)
	_, lockbox := startLockbox(t)
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("Dear customer,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range examples(t) {
		if strings.HasPrefix(line, "rekey serve") {
			parses(t, line)
			continue
		}
		var env []string
		if strings.Contains(line, "lockbox") {
			env = lockbox
		}
		status := example(t, dir, line, env...)
		fails := strings.Contains(line, "# refused") || strings.Contains(line, "# asks") ||
			strings.Contains(line, "# fails")
		if (status != 0) != fails {
			t.Errorf("$ %s\nends with %d", line, status)
		}
	}
}

// ownHome makes a folder and an environment in which no keyring of the person
// who runs the test can be found.
func ownHome(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", dir)
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "REKEY_") {
			t.Setenv(name, value) // which restores it afterwards
			os.Unsetenv(name)
		}
	}
	return dir
}

// example runs a line in a shell that finds the rekey of script_test.go, and
// returns the exit status.
func example(t *testing.T, dir, line string, env ...string) int {
	t.Helper()
	c := exec.Command("bash", "-o", "pipefail", "-c", line)
	c.Dir = dir
	c.Env = append(append(os.Environ(), "GORACE=atexit_sleep_ms=20"), env...)
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatalf("$ %s\n%v", line, err)
	}
	if err != nil {
		t.Logf("$ %s\n%s", line, out)
	}
	return c.ProcessState.ExitCode()
}

// parses reads a command line without running it.
func parses(t *testing.T, line string) {
	t.Helper()
	c, rest, err := newRoot().Find(strings.Fields(line)[1:])
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if err == nil {
		err = c.ValidateArgs(c.Flags().Args())
	}
	if err != nil {
		t.Errorf("$ %s\n%v", line, err)
	}
}

// TestHelpIsGrouped: each group stands in the help with its commands, and no
// command is left over.
func TestHelpIsGrouped(t *testing.T) {
	var out bytes.Buffer
	if status := run(context.Background(), []string{"--help"}, strings.NewReader(""), &out, &out); status != 0 {
		t.Fatal(status)
	}
	for _, g := range newRoot().Groups() {
		if !strings.Contains(out.String(), "\n"+g.Title+"\n") {
			t.Errorf("no %s in\n%s", g.Title, &out)
		}
	}
	if strings.Contains(out.String(), "Additional Commands") {
		t.Errorf("commands in no group:\n%s", &out)
	}
}

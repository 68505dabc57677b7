package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
)

// broken is a standard output that cannot be written, or no more than once.
type broken struct {
	writes int
	err    error
}

func (b *broken) Write(p []byte) (int, error) {
	if b.writes--; b.writes < 0 {
		return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: b.err}
	}
	return len(p), nil
}

// TestLostAnswerOfHelp is TestLostAnswer of every command's help, and of what
// else needs no store.
func TestLostAnswerOfHelp(t *testing.T) {
	lines := [][]string{nil, {"--version"}, {"version"}, {"version", "--json"}, {"help"}, {"help", "keys", "rotate"},
		{"__complete", "keys", ""}}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		lines = append(lines, []string{"completion", shell})
	}
	walk(newRoot(), func(c *cobra.Command) {
		lines = append(lines, append(strings.Fields(c.CommandPath())[1:], "--help"))
	})
	for _, args := range lines {
		checkLost(t, args, "", exit.Failure)
	}
}

// TestLostAnswer: a command that cannot write its answer says so and fails,
// wherever in the answer that was.
func TestLostAnswer(t *testing.T) {
	t.Setenv("REKEY_KEYRING", t.TempDir()+"/keyring.json")
	for _, row := range []struct{ line, in string }{
		{"keys create --id k1 --create", ""},
		{"keys create --id k2 --json", ""},
		{"keys list", ""},
		{"keys list --json", ""},
		{"keys get k1", ""},
		{"keys versions k1", ""},
		{"keys rotate k1", ""},
		{"keys disable k2", ""},
		{"keys delete k2 --yes", ""},
		{"keys import --id k3 --version-id v --algorithm AES_256 --format hex",
			"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},
		{"keyring check", ""},
		{"keyring check --json", ""},
		{"keyring backup " + t.TempDir() + "/backup", ""},
		{"encrypt --key k1", "hello"},
		{"encrypt --key k1 --base64", "hello"},
		{"encrypt --key k1 --json", "hello"},
		{"datakey --key k1", ""},
		{"datakey --key k1 --json", ""},
	} {
		args := strings.Fields(row.line)
		changes := slices.ContainsFunc(args[:2], func(word string) bool { return strings.Contains(changing, word) })
		if told := checkLost(t, args, row.in, exit.Failure); strings.Contains(told, "the change is made") != changes {
			t.Errorf("%s: %q", row.line, told)
		}
	}
	checkLost(t, []string{"inspect"}, "not a ciphertext", exit.Invalid) // it fails anyway, and says both
}

// changing are the words of what changes something in TestLostAnswer.
const changing = "create rotate disable delete import backup"

// checkLost returns what the command says when nothing of its answer is
// written.
func checkLost(t *testing.T, args []string, in string, want int) (first string) {
	t.Helper()
	for writes := range 3 {
		out := &broken{writes, syscall.ENOSPC}
		status, told := runWith(t, args, in, out)
		if writes == 0 {
			first = told
		}
		if out.writes >= 0 && writes > 0 {
			return first // it was whole
		}
		if status != want || strings.Count(told,
			"rekey: the answer could not be written: no space left on device") != 1 {
			t.Errorf("%q, %d writes, then none: status %d, %q", args, writes, status, told)
		}
	}
	return first
}

func runWith(t *testing.T, args []string, in string, out io.Writer) (status int, told string) {
	t.Helper()
	var errw bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	return run(ctx, args, strings.NewReader(in), out, &errw), errw.String()
}

// TestUnreadAnswer: that the reader of a pipe has left is not worth a word.
func TestUnreadAnswer(t *testing.T) {
	status, told := runWith(t, []string{"version"}, "", &broken{0, fmt.Errorf("write: %w", syscall.EPIPE)})
	if status == 0 || told != "" {
		t.Errorf("status %d, %q", status, told)
	}
}

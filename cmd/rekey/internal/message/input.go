package message

import (
	"fmt"
	"io"
	"os"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/config"
)

// Input is where a command reads from.
type Input struct {
	Setting string // what names the path
	Path    string // empty and - are standard input
	Stdin   io.Reader
	Notes   io.Writer // for a person at a terminal
}

// Read is ReadMost of the input.
func (in Input) Read(most int) ([]byte, error) {
	if in.Path != "" && in.Path != "-" {
		return ReadFile("the input", in.Setting, in.Path, most)
	}
	if terminal.Is(in.Stdin) {
		fmt.Fprintln(in.Notes, "rekey: reading standard input; Ctrl-D ends it")
	}
	return ReadMost("the input", in.Stdin, most)
}

// ReadFile is ReadMost of a file, which a setting names.
func ReadFile(what, setting, path string, most int) ([]byte, error) {
	if err := config.CheckInput(setting, path); err != nil {
		return nil, exit.Setting(err)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	defer file.Close()
	return ReadMost(what, file, most)
}

// ReadMost reads up to one byte more than most.
func ReadMost(what string, r io.Reader, most int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return b, nil
}

package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrMissing: PATH has no program to evaluate Terraform files with.
var ErrMissing = errors.New("SKIP-NEEDS: terraform or tofu, 1.9 or later, in PATH")

// Find returns the program's path, or ErrMissing.
func Find() (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}

// Run runs the program in dir, a folder that may be written to, and returns
// what it writes to standard output. No setting of the person who runs it
// counts.
func Run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	program, err := Find()
	if err != nil {
		return nil, err
	}
	settings := filepath.Join(dir, "settings.tfrc")
	if err := os.WriteFile(settings, nil, 0o600); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = dir
	c.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir,
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE=" + settings,
	}
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("terraform %s: %w: %s", args[0], err, &problems)
	}
	return out, err
}

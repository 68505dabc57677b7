package platform

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BuildHost builds the program that opens plugins, deploy/local/platform/host, and
// writes it to out. The working directory is anywhere in this module. A plugin
// opens only in a program that the same version of Go built with the same
// flags, so both are built by go1.23.12, as Yandex Cloud Functions do, with
// cgo and -trimpath. It takes gcc.
//
// A go command that is broken off leaves its temporary folder, which is beside
// out.
func BuildHost(ctx context.Context, out string) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", out, "rekey/deploy/local/platform/host")
	c.Env = append(os.Environ(), "GOTOOLCHAIN=go1.23.12", "CGO_ENABLED=1", "TMPDIR="+filepath.Dir(out))
	if text, err := c.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("building the host of plugins: %w: %s", err, text)
	}
	return nil
}

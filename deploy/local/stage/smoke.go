package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// smokeTime is how long an interrupted deploy/smoke has to end.
const smokeTime = 10 * time.Second

// smoke runs deploy/smoke against the stage. It does not use `go run`, which would
// hand on no interrupt.
func (s *stage) smoke(ctx context.Context, out io.Writer) error {
	s.progress("running deploy/smoke against it")
	program := filepath.Join(s.dir, "smoke")
	c := exec.CommandContext(ctx, "go", "build", "-o", program, "./deploy/smoke")
	c.Dir, c.Env = s.clone, append(os.Environ(), "TMPDIR="+s.dir)
	if text, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("building deploy/smoke: %w: %s", err, text)
	}
	c = exec.CommandContext(ctx, program, s.smokeArgs()...)
	c.Dir, c.Stdout, c.Stderr = s.clone, out, os.Stderr
	c.Cancel, c.WaitDelay = func() error { return c.Process.Signal(os.Interrupt) }, smokeTime
	c.Env = append(append(ours(os.Environ()), "SMOKE_TOKEN="+s.token, "AWS_ACCESS_KEY_ID="+signing.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY="+signing.SecretAccessKey, "AWS_SESSION_TOKEN="),
		strings.Fields(s.adminEnv(""))...)
	if err := c.Run(); err != nil {
		return fmt.Errorf("deploy/smoke: %w", err)
	}
	return nil
}

// ours is an environment without what may lead to a real deployment: its
// addresses and credentials are not for a stage.
func ours(environ []string) []string {
	return slices.DeleteFunc(environ, func(v string) bool {
		return strings.HasPrefix(v, "REKEY_") || strings.HasPrefix(v, "SMOKE_") || strings.HasPrefix(v, "AWS_")
	})
}

// smokeArgs are the command line of deploy/smoke for this stage.
func (s *stage) smokeArgs() []string {
	args := []string{"-key", s.keys[0].id, "-other", s.keys[1].id, "-lockbox"}
	if s.url != "" {
		args = append(args, "-url", s.url)
	}
	if s.platform == "aws" {
		args = append(args, "-aws", region)
	}
	for name, url := range s.urls {
		args = append(args, "-function", name+"="+url)
	}
	return args
}

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// smoke runs deploy/smoke against the stage.
func (s *stage) smoke(ctx context.Context, out io.Writer) error {
	top, err := root()
	if err != nil {
		return err
	}
	s.progress("running deploy/smoke against it")
	c := exec.CommandContext(ctx, "go", append([]string{"run", "./deploy/smoke"}, s.smokeArgs()...)...)
	c.Dir, c.Stdout, c.Stderr = top, out, os.Stderr
	c.Env = append(append(os.Environ(), "SMOKE_TOKEN="+s.token, "AWS_ACCESS_KEY_ID="+signing.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+signing.SecretAccessKey, "AWS_SESSION_TOKEN="),
		strings.Fields(s.adminEnv(""))...)
	if err := c.Run(); err != nil {
		return fmt.Errorf("deploy/smoke: %w", err)
	}
	return nil
}

// smokeArgs are the command line of deploy/smoke for this stage.
func (s *stage) smokeArgs() []string {
	args := []string{"-key", s.keys[0].id, "-other", s.keys[1].id, "-lockbox"}
	if s.platform == "aws" {
		args = append(args, "-aws", region)
	} else if s.access == "jwt" {
		return append(args, "-url", s.url)
	}
	for name, id := range s.functionIDs {
		args = append(args, "-function", name+"="+s.url+"/"+id)
	}
	for name, url := range s.functionURLs {
		args = append(args, "-function", name+"="+url)
	}
	return args
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"rekey/deploy/build"
	"rekey/deploy/local/platform"
	"rekey/deploy/local/terraform"
)

// instances is how many instances a function has at most.
const instances = 4

// startFunctions builds every function of the plan from the archive, as the
// platform's builder does, and deploys it as the plan says. What another stage
// has built into the same folder is not built again.
func (s *stage) startFunctions(ctx context.Context) error {
	s.progress("building the functions as plugins (the first time takes a minute)")
	if s.plugins == "" {
		s.plugins = s.dir
	}
	source, host := filepath.Join(s.dir, "source"), filepath.Join(s.plugins, "host")
	if err := build.Unpack(s.archive, source); err != nil {
		return err
	}
	if err := unlessThere(host, func() error { return platform.BuildHost(ctx, host) }); err != nil {
		return err
	}
	for name, f := range s.plan.Functions {
		if !slices.Contains(build.Functions, name) || f.Entrypoint != build.Entrypoint(name) {
			return fmt.Errorf("%s has no entry point %q", name, f.Entrypoint)
		}
		so := filepath.Join(s.plugins, name+".so")
		if err := unlessThere(so, func() error { return build.Plugin(ctx, source, name, so) }); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		s.functions[functionID+name] = platform.Plugin(host, so, s.functionConfig(name, f))
	}
	return nil
}

func unlessThere(file string, build func() error) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	return build()
}

// functionConfig is a function as it is deployed. Added to its environment are
// the ways to the stage's Lockbox.
func (s *stage) functionConfig(name string, f terraform.Function) platform.Config {
	return platform.Config{Name: functionID + name, Instances: instances, Concurrency: f.Concurrency,
		Env: s.env(f, "YC_METADATA_ADDR="+s.lockbox.MetadataAddr(), "REKEY_LOCKBOX_ENDPOINT=http://"+
			s.lockbox.Addr()),
		Timeout: time.Duration(f.Timeout) * time.Second, Freeze: true, Log: s.log}
}

// env is a function's environment and more. `rekey keys` has to be told how long
// a version may be in use after a change.
func (s *stage) env(f terraform.Function, more ...string) []string {
	s.bounds = nil
	for name, value := range f.Environment {
		more = append(more, name+"="+value)
		if name == "REKEY_CACHE_TTL" || name == "REKEY_OFFLINE_GRACE" {
			s.bounds = append(s.bounds, name+"="+value)
		}
	}
	return more
}

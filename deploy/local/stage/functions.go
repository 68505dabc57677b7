package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rekey/deploy/build"
	"rekey/deploy/local/platform"
	"rekey/deploy/local/terraform"
)

// instances is how many instances a function has at most.
const instances = 4

// startFunctions builds every function of the plan from the archive, as the
// platform's builder does, and deploys it as the plan says.
func (s *stage) startFunctions(ctx context.Context) error {
	s.progress("building the functions as plugins (the first time takes a minute)")
	for name, f := range s.plan.Functions {
		host, so, err := s.buildFunction(ctx, name, f.Entrypoint)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		c := s.functionConfig(name, f)
		s.functions[c.Name] = platform.Plugin(host, so, c)
	}
	return nil
}

// buildFunction unpacks the archive and builds the entry point, and the program
// that opens it, unless that was done for the same archive before.
func (s *stage) buildFunction(ctx context.Context, name, entrypoint string) (host, so string, err error) {
	if !slices.Contains(build.Functions, name) || entrypoint != build.Entrypoint(name) {
		return "", "", fmt.Errorf("%s has no entry point %q", name, entrypoint)
	}
	b, err := s.builds(s.archive)
	if err != nil {
		return "", "", err
	}
	host, err = b.make("host", func(out string) error { return platform.BuildHost(ctx, out) })
	if err != nil {
		return "", "", err
	}
	so, err = b.make(name+".so", func(out string) error { return build.Plugin(ctx, b.source, name, out) })
	if err != nil {
		return "", "", err
	}
	if host, err = s.keep(host); err != nil {
		return "", "", err
	}
	so, err = s.keep(so)
	return host, so, err
}

// functionConfig is a function as it is deployed. Added to its environment are
// the ways to the stage's Lockbox.
func (s *stage) functionConfig(name string, f terraform.Function) platform.Config {
	return platform.Config{Name: s.functionIDs[name], Instances: instances, Concurrency: f.Concurrency,
		Env:     s.env(f, "YC_METADATA_ADDR="+s.lockbox.MetadataAddr(), "REKEY_LOCKBOX_ENDPOINT=http://"+s.lockbox.Addr()),
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

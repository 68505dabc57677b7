package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"rekey/deploy/build"
	"rekey/deploy/local/platform"
	"rekey/deploy/terraform"
)

// instances is how many instances a function has at most.
const instances = 4

// startFunctions builds every function of the plan from the archive, as the
// platform's builder does, and deploys it as the plan says.
func (s *stage) startFunctions(ctx context.Context) error {
	s.progress("building the functions as plugins (the first time takes a minute)")
	for _, r := range s.plan.Of("yandex_function") {
		c, err := s.functionConfig(r)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Address(), err)
		}
		host, so, err := s.buildFunction(ctx, r)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Address(), err)
		}
		s.functions[c.Name] = platform.Plugin(host, so, c)
	}
	return nil
}

// buildFunction unpacks what content names and builds the entry point, and the
// program that opens it, unless that was done for the same archive before.
func (s *stage) buildFunction(ctx context.Context, r terraform.Resource) (host, so string, err error) {
	entry := r.Config.GetAttr("entrypoint").AsString()
	name := strings.TrimSuffix(strings.TrimPrefix(entry, "functions/"), "/handler.Handler")
	if !slices.Contains(build.Functions, name) || entry != build.Entrypoint(name) {
		return "", "", fmt.Errorf("the entry point %q is no function's", entry)
	}
	if got := r.Config.GetAttr("runtime").AsString(); got != "golang123" {
		return "", "", fmt.Errorf("the stage builds for golang123, not for %s", got)
	}
	archive, err := os.ReadFile(r.Config.GetAttr("content").AsValueSlice()[0].GetAttr("zip_filename").AsString())
	if err != nil {
		return "", "", err
	}
	b, err := s.builds(archive)
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
func (s *stage) functionConfig(r terraform.Resource) (c platform.Config, err error) {
	c = platform.Config{Name: s.functionIDs[r.Key], Instances: instances, Freeze: true, Log: s.log}
	for it := r.Config.GetAttr("environment").ElementIterator(); it.Next(); {
		name, value := it.Element()
		c.Env = append(c.Env, name.AsString()+"="+value.AsString())
	}
	s.bounds = bounds(c.Env)
	c.Env = append(c.Env, "YC_METADATA_ADDR="+s.lockbox.MetadataAddr(), "REKEY_LOCKBOX_ENDPOINT=http://"+
		s.lockbox.Addr())
	if want := "serviceAccount:" + r.Config.GetAttr("service_account_id").AsString(); want != "serviceAccount:"+
		account("functions") {
		return c, fmt.Errorf("runs as %s, and the stage's metadata service is another's", want)
	}
	seconds, err := number(r.Config.GetAttr("execution_timeout"))
	if err != nil {
		return c, err
	}
	c.Timeout = time.Duration(seconds) * time.Second
	c.Concurrency, err = number(r.Config.GetAttr("concurrency"))
	return c, err
}

// number is a number, or a string of one.
func number(v cty.Value) (int, error) {
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text.AsString())
}

package deploy_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rekey/deploy/local/terraform"
)

// folders is where the Terraform files are.
const folders = "../../deploy/"

type vars = map[string]any

// with is a copy of variables in which some are others.
func with(v, more vars) vars {
	v = maps.Clone(v)
	maps.Copy(v, more)
	return v
}

// skipWithoutTerraform: what evaluates Terraform files needs the program.
func skipWithoutTerraform(t *testing.T) {
	t.Helper()
	if _, err := terraform.Find(); err != nil {
		t.Skip(err)
	}
}

// derivation is a folder's derived module for many cases, and what its variables
// refuse. Both are evaluated once for all tests.
type derivation[T any] struct {
	folder  string
	ids     func(vars) vars
	good    map[string]vars
	bad     map[string]rejection
	results func() (map[string]terraform.Result[T], error)
}

// rejection is what the program says of variables.
type rejection struct {
	vars vars
	want string
}

// once makes the derivation that evaluates when it is first asked.
func (d derivation[T]) once() *derivation[T] {
	d.results = sync.OnceValues(func() (map[string]terraform.Result[T], error) {
		cases := map[string]terraform.Case{}
		for name, v := range d.good {
			cases[name] = terraform.Case{Variables: d.complete(v), IDs: d.ids(v)}
		}
		return terraform.Derive[T](context.Background(), folders+d.folder, cases)
	})
	return &d
}

// complete adds an archive that there is.
func (d derivation[T]) complete(v vars) vars {
	archive, err := filepath.Abs(reference)
	if err != nil {
		panic(err)
	}
	if d.folder == "yandex" {
		v = with(v, vars{"source_archive": archive})
	}
	return v
}

// get returns the result for a case of good.
func (d derivation[T]) get(t *testing.T, name string) (T, error) {
	t.Helper()
	skipWithoutTerraform(t)
	results, err := d.results()
	if err != nil {
		t.Fatal(err)
	}
	r, known := results[name]
	if !known {
		t.Fatalf("there is no case %q", name)
	}
	return r.Outputs, r.Err
}

// must returns the outputs for a case of good.
func (d derivation[T]) must(t *testing.T, name string) T {
	t.Helper()
	outputs, err := d.get(t, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return outputs
}

// testBad: what would be public, unusable or half set is refused before anything
// is made.
func (d derivation[T]) testBad(t *testing.T) {
	skipWithoutTerraform(t)
	cases := map[string]vars{}
	for name, row := range d.bad {
		cases[name] = d.complete(row.vars)
	}
	problems, err := terraform.Check(context.Background(), folders+d.folder, cases)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range d.bad {
		if err := problems[name]; err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
}

// mustRead is what stands in a folder.
func mustReadFolder(t *testing.T, folder string) terraform.Body {
	t.Helper()
	b, err := terraform.Read(folders + folder)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wantText checks arguments of a resource, as they are written.
func wantText(t *testing.T, folder, resource string, want map[string]string) {
	t.Helper()
	b := mustReadFolder(t, folder).Resource(resource)
	for argument, text := range want {
		if got := b.Text(argument); got != text {
			t.Errorf("%s: %s is %s, want %s", resource, argument, got, text)
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sortedValues(m map[string]string) []string { return slices.Sorted(maps.Values(m)) }

// TestCommandsOfYC: of Lockbox's flags for a generated payload, pages show those
// that yc has.
func TestCommandsOfYC(t *testing.T) {
	const command = "yc beta lockbox secret create FOLDER-ID --password-payload-specification"
	if !strings.Contains(string(mustRead(t, "../../docs/lockbox.md")), command) {
		t.Errorf("docs/lockbox.md has no %s", command)
	}
}

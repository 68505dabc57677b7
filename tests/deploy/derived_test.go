package deploy_test

import (
	"context"
	"maps"
	"path/filepath"
	"regexp"
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

// derivation is a folder's derived module for many cases, evaluated once for all
// tests.
type derivation[T any] func() (map[string]terraform.Result[T], error)

func derive[T any](folder string, ids func(vars) vars, cases map[string]vars) derivation[T] {
	return sync.OnceValues(func() (map[string]terraform.Result[T], error) {
		all := map[string]terraform.Case{}
		for name, v := range cases {
			all[name] = terraform.Case{Variables: v, IDs: ids(v)}
		}
		return terraform.Derive[T](context.Background(), folders+folder, all)
	})
}

// get returns the result for a case.
func (d derivation[T]) get(t *testing.T, name string) (T, error) {
	t.Helper()
	skipWithoutTerraform(t)
	results, err := d()
	if err != nil {
		t.Fatal(err)
	}
	r, known := results[name]
	if !known {
		t.Fatalf("there is no case %q", name)
	}
	return r.Outputs, r.Err
}

// must returns the outputs for a case that is good.
func (d derivation[T]) must(t *testing.T, name string) T {
	t.Helper()
	outputs, err := d.get(t, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return outputs
}

// rejection is what is said of variables.
type rejection struct {
	vars vars
	want string
}

// testRejected: what would be public, unusable or half set is refused before
// anything is made.
func testRejected(t *testing.T, folder string, rows map[string]rejection) {
	t.Helper()
	skipWithoutTerraform(t)
	cases := map[string]terraform.Case{}
	for name, row := range rows {
		cases[name] = terraform.Case{Variables: row.vars}
	}
	results, err := terraform.Check(context.Background(), folders+folder, cases)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range rows {
		if err := results[name].Err; err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", name, err, row.want)
		}
	}
}

func mustReadFolder(t *testing.T, folder string) terraform.Body {
	t.Helper()
	b, err := terraform.Read(folders + folder)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wantText checks arguments of a resource, literally: "name = text".
func wantText(t *testing.T, folder, resource string, want ...string) {
	t.Helper()
	b := mustReadFolder(t, folder).Resource(resource)
	for _, line := range want {
		name, text, _ := strings.Cut(line, " = ")
		if got := b.Text(name); got != text {
			t.Errorf("%s: %s is %s, want %s", resource, name, got, text)
		}
	}
}

// wantResources checks which resources there are whose addresses have a part.
func wantResources(t *testing.T, folder, part string, want ...string) {
	t.Helper()
	all := mustReadFolder(t, folder).Names("resource")
	got := slices.DeleteFunc(all, func(address string) bool { return !strings.Contains(address, part) })
	if !slices.Equal(got, want) {
		t.Errorf("%s has %v, want %v", folder, got, want)
	}
}

// archive is any file that there is.
func archive() string {
	path, err := filepath.Abs(reference)
	if err != nil {
		panic(err)
	}
	return path
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func sortedValues(m map[string]string) []string { return slices.Sorted(maps.Values(m)) }

// TestCommandsOfYC: of Lockbox's flags for a generated payload, pages show those
// that yc has; and they send no IAM token to a gateway, which wants a JWT.
func TestCommandsOfYC(t *testing.T) {
	const create = "yc beta lockbox secret create FOLDER-ID --password-payload-specification"
	wrong := regexp.MustCompile(`yc lockbox secret create|\b(REKEY_|SMOKE_)?TOKEN="?\$\(yc iam|yc iam create-token >`)
	text := func(page string) string { return strings.Join(strings.Fields(string(mustRead(t, page))), " ") }
	if !strings.Contains(text("../../docs/lockbox.md"), create) {
		t.Errorf("docs/lockbox.md has no %s", create)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("there are no pages: %v", err)
	}
	for _, page := range pages {
		if found := wrong.FindString(text(page)); found != "" {
			t.Errorf("%s: %s", page, found)
		}
	}
}

package terraform

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// small is a folder as those of deploy are.
var small = map[string]string{
	"openapi.yaml": "{}",
	"small/variables.tf": "variable \"name\" {\n  type = string\n  validation {\n    condition = var.name != \"\"\n " +
		"   error_message = \"A name.\"\n  }\n}\n",
	"small/ids.tf":     "locals {\n  id = box.b[\"x\"].id # of the cloud\n}\n",
	"small/derived.tf": "module \"derived\" {\n  source = \"./derived\"\n  name = var.name\n  id = local.id\n}\n",
	"small/derived/of.tf": "variable \"name\" {}\nvariable \"id\" {}\noutput \"text\" {\n  value = \"${var.name} " +
		"${var.id}\"\n}\n",
	"small/box.tf": `resource "box" "b" {
  for_each = toset(
    ["x"])
  spec = module.derived.text
  lifecycle {
    prevent_destroy = true
  }
}
`,
}

func mustWrite(t *testing.T) (folder string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range small {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "small")
}

// TestDerive: cases are told apart, what is wrong is said, and no setting of the
// person who runs it counts.
func TestDerive(t *testing.T) {
	if _, err := Find(); err != nil {
		t.Skip(err)
	}
	for name, value := range map[string]string{"TF_CLI_CONFIG_FILE": "/nonexistent", "TF_CLI_ARGS": "-nonsense",
		"TF_VAR_name": "another", "TF_DATA_DIR": "/nonexistent"} {
		t.Setenv(name, value)
	}
	ids := map[string]any{"id": 7}
	results, err := Derive[struct{ Text string }](context.Background(), mustWrite(t), map[string]Case{
		"a":        {map[string]any{"name": "one"}, ids},
		"b":        {map[string]any{"name": "two"}, ids},
		"invalid":  {map[string]any{"name": ""}, ids},
		"required": {nil, ids},
		"unknown":  {map[string]any{"name": "one", "nam": "x"}, ids},
	})
	if err != nil {
		t.Fatal(err)
	}
	if results["a"].Outputs.Text != "one 7" || results["b"].Outputs.Text != "two 7" || results["a"].Err != nil {
		t.Errorf("results are %+v", results)
	}
	for name, want := range map[string]string{"invalid": "A name.", "required": `required variable "name"`,
		"unknown": `"nam"`} {
		if err := results[name].Err; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// TestNoTerraform: what is missing is said as tests and CI say it.
func TestNoTerraform(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Derive[struct{}](context.Background(), mustWrite(t), map[string]Case{"a": {}})
	if !errors.Is(err, ErrMissing) || !strings.HasPrefix(err.Error(), "SKIP-NEEDS: ") {
		t.Errorf("error is %v", err)
	}
}

// TestRead: what stands there, and nothing for what does not.
func TestRead(t *testing.T) {
	folder := mustWrite(t)
	b, err := Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	r := b.Resource("box.b")
	for path, want := range map[string]string{"for_each": `toset( ["x"])`, "spec": "module.derived.text",
		"lifecycle.prevent_destroy": "true", "lifecycle.nothing": "", "nothing.at_all": "", "prevent_destroy": ""} {
		if got := r.Text(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if got := b.Resource("box.c").Text("for_each"); got != "" {
		t.Errorf("a resource that there is not has %q", got)
	}
	if got := append(b.Names("resource"), b.Names("locals")...); !slices.Equal(got, []string{"box.b", "id"}) {
		t.Errorf("names are %v", got)
	}
	if err := os.WriteFile(filepath.Join(folder, "more.tf"), []byte("locals {"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{folder: "more.tf", filepath.Join(folder, "none.tf"): "no such file",
		t.TempDir(): "has no block"} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

package terraform

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// small is a folder as those of deploy are.
var small = map[string]string{
	"openapi.yaml": "{}",
	"small/variables.tf": "variable \"name\" {\n validation {\n condition = var.name != \"\"\n error_message = \"A " +
		"name.\"\n }\n }",
	"small/derived.tf": "module \"derived\" {\n source = \"./derived\"\n name = var.name\n id = local.id\n }",
	"small/derived/of.tf": "variable \"name\" {}\n variable \"id\" {}\n output \"text\" { value = \"${var.name} " +
		"${var.id}\" }",
	"small/box.tf": "resource \"box\" \"b\" {\n all = toset(\n [1])\n lifecycle {\n prevent_destroy = true\n }\n }\n " +
		"locals { id = box.b.id }",
}

func mustWrite(t *testing.T) (folder string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range small {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err = errors.Join(err, os.WriteFile(path, []byte(text), 0o600)); err != nil {
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
	for _, name := range []string{"TF_CLI_CONFIG_FILE", "TF_CLI_ARGS", "TF_VAR_name", "TF_DATA_DIR"} {
		t.Setenv(name, "/nonexistent")
	}
	ids := map[string]any{"id": 7}
	results, err := Derive[struct{ Text string }](context.Background(), mustWrite(t), map[string]Case{
		"one": {map[string]any{"name": "one"}, ids}, "two": {map[string]any{"name": "two"}, ids},
		"A name.": {map[string]any{"name": ""}, ids}, `required variable "name"`: {nil, ids},
		`"nam"`: {map[string]any{"name": "one", "nam": "x"}, ids},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range results {
		switch name {
		case "one", "two":
			if r.Outputs.Text != name+" 7" || r.Err != nil {
				t.Errorf("%s: %+v", name, r)
			}
		default:
			if r.Err == nil || !strings.Contains(r.Err.Error(), name) {
				t.Errorf("%v, want %q", r.Err, name)
			}
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
	for path, want := range map[string]string{"all": "toset( [1])", "lifecycle.prevent_destroy": "true",
		"lifecycle.all": "", "none.all": "", "prevent_destroy": ""} {
		if got := b.Resource("box.b").Text(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if got := b.Resource("box.c").Text("all") + strings.Join(b.Names("resource"), " "); got != "box.b" {
		t.Errorf("there is %q", got)
	}
	if err := os.WriteFile(filepath.Join(folder, "more.tf"), []byte("locals {"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{folder: "more.tf", t.TempDir(): "has no Terraform file"} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

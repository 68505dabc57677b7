package terraform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Case is what a folder of Terraform files is evaluated with: values of its
// variables, and of the locals of ids.tf, which only a cloud knows. Both become
// JSON.
type Case struct {
	Variables map[string]any
	IDs       map[string]any
}

// Function is an element of the output functions; Archive is of deploy/aws, and
// Entrypoint and Concurrency are of deploy/yandex.
type Function struct {
	Name, Entrypoint, Archive string
	Environment               map[string]string
	Concurrency, Timeout      int // calls, seconds
}

// Result has the outputs of derived, or why there are none: a validation, a
// precondition, an unknown variable.
type Result[T any] struct {
	Outputs T
	Err     error
}

// Derive evaluates the module derived of folder, deploy/yandex or deploy/aws,
// for each case, by its name. T is a struct for the outputs that the caller
// reads. All cases take one run of the program.
func Derive[T any](ctx context.Context, folder string, cases map[string]Case) (map[string]Result[T], error) {
	ids, err := Read(filepath.Join(folder, "ids.tf"))
	if err != nil {
		return nil, err
	}
	root := "variable \"ids\" { type = any }\noutput \"derived\" { value = module.derived }\nlocals {\n"
	for _, name := range ids.Names("locals") {
		root += "  " + name + " = var.ids." + name + "\n"
	}
	files := []string{"variables.tf", "derived.tf", "derived", "../openapi.yaml"}
	return test[T](ctx, folder, files, root+"}\n", cases)
}

// Check evaluates only the variables of folder, with their validations, for each
// case, by its name.
func Check(ctx context.Context, folder string, cases map[string]map[string]any) (map[string]error, error) {
	all := map[string]Case{}
	for name, variables := range cases {
		all[name] = Case{Variables: variables}
	}
	results, err := test[struct{}](ctx, folder, []string{"variables.tf"}, "variable \"ids\" { type = any }\n", all)
	problems := map[string]error{}
	for name, r := range results {
		problems[name] = r.Err
	}
	return problems, err
}

// test runs `terraform test` on a module of these files of folder and root.
func test[T any](ctx context.Context, folder string, files []string, root string, cases map[string]Case) (
	map[string]Result[T], error) {
	temp, err := os.MkdirTemp("", "rekey-terraform")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	dir := filepath.Join(temp, "module")
	if err := os.MkdirAll(filepath.Join(dir, "tests"), 0o700); err != nil {
		return nil, err
	}
	for _, name := range files {
		if err := Copy(filepath.Join(folder, name), filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "ids.tf"), []byte(root), 0o600); err != nil {
		return nil, err
	}
	names := map[string]string{} // of cases, by file
	for name, c := range cases {
		file := fmt.Sprintf("tests/%d.tftest.json", len(names))
		if err := writeCase(filepath.Join(dir, file), c); err != nil {
			return nil, err
		}
		names[file] = name
	}
	if _, err := Run(ctx, dir, "init", "-backend=false", "-input=false", "-no-color"); err != nil {
		return nil, err
	}
	// The exit status says whether all cases are good, which each result says.
	out, err := Run(ctx, dir, "test", "-json", "-verbose")
	results, perr := parse[T](out, names)
	if perr != nil {
		return nil, errors.Join(err, perr)
	}
	return results, nil
}

// Copy copies a file, or the files of a folder.
func Copy(from, to string) error {
	if info, err := os.Stat(from); err != nil {
		return err
	} else if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

// writeCase writes a file of `terraform test` with one run.
func writeCase(path string, c Case) error {
	variables := map[string]any{"ids": c.IDs}
	for name, value := range c.Variables {
		variables[name] = value
	}
	run := map[string]any{"command": "plan", "variables": variables}
	text, err := json.Marshal(map[string]any{"run": map[string]any{"case": run}})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// message is what is read of a line of `terraform test -json -verbose`.
type message[T any] struct {
	File       string `json:"@testfile"`
	Diagnostic *struct{ Summary, Detail string }
	Plan       *struct {
		Changes struct{ Derived struct{ After T } } `json:"output_changes"`
	} `json:"test_plan"`
}

// parse reads the program's lines. A warning is an error: it warns of variables
// that the folder does not have.
func parse[T any](lines []byte, names map[string]string) (map[string]Result[T], error) {
	results := map[string]Result[T]{}
	for _, line := range bytes.Split(bytes.TrimSpace(lines), []byte("\n")) {
		var m message[T]
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, fmt.Errorf("terraform test: %w: %s", err, line)
		}
		name := names[m.File]
		r := results[name]
		if m.Diagnostic != nil {
			said := strings.Join(strings.Fields(m.Diagnostic.Summary+": "+m.Diagnostic.Detail), " ")
			r.Err = errors.Join(r.Err, errors.New(said))
		} else if m.Plan != nil {
			r.Outputs = m.Plan.Changes.Derived.After
		} else {
			continue
		}
		results[name] = r
	}
	if of := results[""]; of.Err != nil { // of the folder, whatever the case
		return nil, of.Err
	}
	if len(results) != len(names) {
		return nil, fmt.Errorf("terraform test: %d cases of %d have a result", len(results), len(names))
	}
	return results, nil
}

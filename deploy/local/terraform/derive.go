package terraform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
// reads. All cases, which have the same ids, take one run of the program.
func Derive[T any](ctx context.Context, folder string, cases map[string]Case) (map[string]Result[T], error) {
	root := "variable \"ids\" { type = any }\noutput \"derived\" { value = module.derived }\n"
	for _, c := range cases {
		for name := range c.IDs {
			root += "locals { " + name + " = var.ids." + name + " }\n"
		}
		break
	}
	return test[T](ctx, folder, root, cases, "variables.tf", "derived.tf", "derived", "../openapi.yaml")
}

// Check evaluates only the variables of folder, with their validations, for each
// case, by its name.
func Check(ctx context.Context, folder string, cases map[string]Case) (map[string]Result[struct{}], error) {
	return test[struct{}](ctx, folder, "variable \"ids\" { type = any }\n", cases, "variables.tf")
}

// test runs `terraform test` on a module of root and these files of folder.
func test[T any](ctx context.Context, folder, root string, cases map[string]Case, files ...string) (
	map[string]Result[T], error) {
	temp, err := os.MkdirTemp("", "rekey-terraform")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	dir := filepath.Join(temp, "module")
	if err := Link(folder, dir, files...); err != nil {
		return nil, err
	}
	write := map[string]string{"ids.tf": root}
	names := map[string]string{} // of cases, by file
	for name, c := range cases {
		variables := map[string]any{"ids": c.IDs}
		maps.Copy(variables, c.Variables)
		run := map[string]any{"command": "plan", "variables": variables}
		text, err := json.Marshal(map[string]any{"run": map[string]any{"case": run}})
		if err != nil {
			return nil, err
		}
		file := fmt.Sprintf("%d.tftest.json", len(names))
		write[file], names[file] = string(text), name
	}
	for name, text := range write {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
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

// Link makes dir a module of these files and folders of folder.
func Link(folder, dir string, names ...string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	err = os.MkdirAll(dir, 0o700)
	for _, name := range names {
		err = errors.Join(err, os.Symlink(filepath.Join(folder, name), filepath.Join(dir, name)))
	}
	return err
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

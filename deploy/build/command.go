package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// goSettings are the settings of the go command that change its output. They
// are dropped, and those that a person may have set for good (`go env -w`),
// where nothing is as good as unset, are set: an empty one would not do.
var goSettings = []string{
	"GOFLAGS=-buildvcs=false", "GO111MODULE=on", "GOWORK=off", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0",
	"GOEXPERIMENT=", "GOTOOLCHAIN=", "GOOS=", "GOARCH=", "CGO_ENABLED=", "CGO_CFLAGS=", "CGO_CPPFLAGS=",
	"CGO_CXXFLAGS=", "CGO_LDFLAGS=",
}

// environ is ours, less what steers the go command, with what is set here.
func environ(toolchain string, set ...string) []string {
	var kept []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !slices.ContainsFunc(goSettings, func(s string) bool { return strings.HasPrefix(s, name+"=") }) {
			kept = append(kept, v)
		}
	}
	for _, s := range goSettings {
		if !strings.HasSuffix(s, "=") {
			kept = append(kept, s)
		}
	}
	return append(append(kept, "GOTOOLCHAIN="+toolchain), set...)
}

// goCommand runs the go command in a folder and returns its standard output.
// PWD is how it learns by what name the folder is meant.
func goCommand(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir, c.Env = dir, append(env, "PWD="+dir)
	together(c)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	switch {
	case err == nil:
		return out, nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("the go command is not in PATH: install Go 1.23 or later, see "+
			"https://go.dev/doc/install (%w)", err)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
}

// Root returns the top folder of the clone that dir is in.
func Root(ctx context.Context, dir string) (string, error) {
	dir, err := resolve(dir)
	if err != nil {
		return "", err
	}
	out, err := goCommand(ctx, dir, environ("local"), "env", "GOMOD")
	if err != nil {
		return "", err
	}
	file := strings.TrimSpace(string(out))
	if file == "" || file == os.DevNull {
		return "", fmt.Errorf("%s is in no Go module: run this in a clone of %s", dir, Module)
	}
	out, err = goCommand(ctx, dir, environ("local"), "list", "-m", "-f", "{{.Path}}\n{{.Dir}}")
	if err != nil {
		return "", err
	}
	path, root, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if path != Module {
		return "", fmt.Errorf("%s is in the module %s: run this in a clone of %s", dir, path, Module)
	}
	return root, nil
}

// temporary keeps the go command's temporary folder beside its output,
// for our caller to remove: one that is broken off leaves it there.
func temporary(out string) string { return "TMPDIR=" + filepath.Dir(out) }

// resolve names a folder as the go command does when it names files in it.
func resolve(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

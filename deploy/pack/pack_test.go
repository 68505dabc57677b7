package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/deploy/build"
	"rekey/shared/slow"
)

// mustChdir goes into a folder until the test ends.
func mustChdir(t *testing.T, dir string) {
	t.Helper()
	old, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chdir(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Chdir(old); err != nil {
			t.Error(err)
		}
	})
}

// TestPack makes Yandex Cloud's archive, from a folder deep in the clone, over
// an older one.
func TestPack(t *testing.T) {
	slow.Skip(t)
	mustChdir(t, "../../cmd/rekey")
	out := filepath.Join(t.TempDir(), "dist")
	path := filepath.Join(out, "rekey-yandex.zip")
	if err := replace(path, []byte("an older one")); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if err := run(context.Background(), []string{"--only", "yandex", "--modules", "--out", out}, &stdout,
		&stderr); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := build.Unpack(data, t.TempDir()); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"FILE", fmt.Sprintf("%x", sha256.Sum256(data))[:12],
		"functions/encrypt/handler.Handler"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &stdout)
		}
	}
	wantFiles(t, out, "rekey-yandex.zip")
}

func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s has %v, want %v", dir, got, want)
	}
}

// TestReplaceLeavesNothing: a file that cannot be put in its place leaves no
// part of itself.
func TestReplaceLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "taken", "by"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := replace(filepath.Join(dir, "taken"), []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	wantFiles(t, dir, "taken")
}

// TestStopped: who is interrupted gets no file.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out := filepath.Join(t.TempDir(), "dist")
	var stdout, stderr bytes.Buffer
	if err := run(ctx, []string{"--out", out}, &stdout, &stderr); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) || stdout.Len() > 0 {
		t.Errorf("there is %s (%v), and %q", out, err, &stdout)
	}
}

// TestWrong: what is wrong is said, with what to do.
func TestWrong(t *testing.T) {
	for name, test := range map[string]struct {
		set  func(t *testing.T)
		args []string
		want string
	}{
		"an argument":    {nil, []string{"yandex"}, "there are only flags"},
		"a platform":     {nil, []string{"--only", "gcp"}, "it is yandex or lambda"},
		"no module":      {func(t *testing.T) { mustChdir(t, t.TempDir()) }, nil, "run this in a clone of rekey"},
		"another module": {another, nil, "is in the module elsewhere: run this in a clone of rekey"},
		"no go":          {func(t *testing.T) { t.Setenv("PATH", t.TempDir()) }, nil, "install Go 1.23 or later"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.set != nil {
				test.set(t)
			}
			var stdout, stderr bytes.Buffer
			if err := run(context.Background(), test.args, &stdout, &stderr); err == nil ||
				!strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
	var stdout, stderr bytes.Buffer
	if err := run(context.Background(), []string{"--help"}, &stdout, &stderr); !errors.Is(err, flag.ErrHelp) ||
		!strings.Contains(stderr.String(), "-only platform") {
		t.Errorf("--help: %v, %q", err, &stderr)
	}
}

// another goes into a folder of another module.
func another(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module elsewhere\n\ngo 1.23.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustChdir(t, dir)
}

// TestArchives: there is one for each function and architecture, and for each
// platform that --only knows.
func TestArchives(t *testing.T) {
	count := map[string]int{}
	for _, a := range archives(false) {
		count[a.platform]++
	}
	if want := len(build.Functions) * len(build.Architectures); count["yandex"] != 1 || count["lambda"] != want ||
		len(count) != 2 {
		t.Errorf("archives are %v, want %d for lambda", count, want)
	}
}

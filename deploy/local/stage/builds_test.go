package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// archive is one with an empty file of this name.
func archive(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create(name); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBuilds: two stages at once. Of one archive, the slower one takes what the
// faster one has made; of another, what a running stage uses stays.
func TestBuilds(t *testing.T) {
	one := &stage{options: options{cache: t.TempDir()}, dir: t.TempDir()}
	b, err := one.builds(archive(t, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	path, err := b.make("folder", func(out string) error {
		faster := filepath.Join(b.dir, "folder")
		for _, dir := range []string{out, faster, filepath.Join(faster, "full")} {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || path != filepath.Join(b.dir, "folder") {
		t.Errorf("got %q, %v", path, err)
	}
	built, err := b.make("encrypt.so", func(out string) error { return os.WriteFile(out, []byte("code"), 0o600) })
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the host is kept for each function
		if built, err = one.keep(built); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (&stage{options: one.options}).builds(archive(t, "main.go")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b.dir); !os.IsNotExist(err) {
		t.Errorf("what was built of another archive is still there: %v", err)
	}
	if text, err := os.ReadFile(built); err != nil || string(text) != "code" {
		t.Errorf("the running stage's function: %q, %v", text, err)
	}
}

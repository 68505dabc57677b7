//go:build unix

package build

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"rekey/shared/slow"
)

// mustCopy copies what the functions may be built of into a new folder, with
// its own times.
func mustCopy(t *testing.T, name string) (root string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), name)
	for _, top := range []string{"functions", "shared", "go.mod", "go.sum"} {
		err := filepath.WalkDir(filepath.Join(clone, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(clone, path)
			if err != nil {
				return err
			}
			to := filepath.Join(root, rel)
			if err := copyFile(path, to); err != nil {
				return err
			}
			return os.Chtimes(to, time.Time{}, time.Unix(1e9, 0))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// mustAdd writes files below root.
func mustAdd(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		if err := writeFile(filepath.Join(root, name), strings.NewReader(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// otherwise sets up the process as another machine might be.
func otherwise(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"GOFLAGS": "-tags=other -gcflags=-N", "GOOS": "windows", "GOARCH": "386", "CGO_ENABLED": "0", "GOAMD64": "v3",
		"GOARM64": "v9.0",
		"GOWORK":  "/none", "TZ": "Asia/Novosibirsk", "LANG": "ru_RU.UTF-8", "GOTOOLCHAIN": "local",
		"GOEXPERIMENT": "nosuch",
	} {
		t.Setenv(name, value)
	}
	old := syscall.Umask(0o077)
	t.Cleanup(func() { syscall.Umask(old) })
}

// TestYandexSame: another folder, other times, another umask and other
// settings of the go command give the same bytes, and so do files that are in
// the tree and not in what is built.
func TestYandexSame(t *testing.T) {
	skipRace(t)
	want := mustYandex(t)
	root := mustCopy(t, "elsewhere under another name")
	mustAdd(t, root, map[string]string{
		"functions/encrypt/more_test.go":    "package main\n",
		"functions/encrypt/more_darwin.go":  "package main\n",
		"functions/encrypt/local.go":        "//go:build !ycf\n\npackage main\n",
		"functions/encrypt/notes.txt":       "notes\n",
		"functions/encrypt/.env":            "REKEY_IAM_TOKEN=\n",
		"shared/kms/keys.json":              "{}\n",
		"shared/spare/spare.go":             "package spare\n",
		"shared/kms/internal/spare/more.go": "package spare\n",
		"dist/rekey-yandex.zip":             "",
		"LICENCE.txt":                       "",
	})
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	otherwise(t)
	t.Setenv("PWD", link)
	got, err := Yandex(ctx, link)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the archive has other bytes, with %v", ofModule(mustFiles(t, got)))
	}
}

// TestYandexChanges: what is built is in the archive as it is in the folder,
// committed or not.
func TestYandexChanges(t *testing.T) {
	slow.Skip(t)
	root := mustCopy(t, "rekey")
	mustAdd(t, root, map[string]string{
		"shared/kms/more.go": "package kms\n\nimport _ \"rekey/shared/spare\"\n",
		"shared/spare/a.go":  "package spare\n",
		"LICENSE":            "the licence\n",
	})
	archive, err := YandexModules(ctx, root)
	if err != nil {
		t.Fatal(err)
	}
	files := mustFiles(t, archive)
	for _, name := range []string{"shared/kms/more.go", "shared/spare/a.go", "LICENSE"} {
		if files[name] == "" {
			t.Errorf("the archive lacks %s", name)
		}
	}
}

// TestYandexBroken: what cannot be built is not packed, and the reason is said.
func TestYandexBroken(t *testing.T) {
	root := mustCopy(t, "rekey")
	mustAdd(t, root, map[string]string{"shared/kms/more.go": "package kms\n\nimport _ \"rekey/shared/nosuch\"\n"})
	archive, err := Yandex(ctx, root)
	if archive != nil || err == nil || !strings.Contains(err.Error(), "shared/nosuch") {
		t.Errorf("Yandex returns %d bytes and %v", len(archive), err)
	}
}

// TestLambdaSame: the same for a program. With LONG=1 the second is compiled
// anew, and not only linked.
func TestLambdaSame(t *testing.T) {
	needLambda(t)
	want := mustLambda(t)
	root := mustCopy(t, "elsewhere under another name")
	mustAdd(t, root, map[string]string{"functions/encrypt/more_test.go": "package main\n"})
	otherwise(t)
	if long {
		t.Setenv("GOCACHE", t.TempDir())
	}
	got, err := LambdaArchive(ctx, root, runtime.GOARCH, "encrypt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the archive has other bytes")
	}
}

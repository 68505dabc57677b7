//go:build unix

package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// temp is a folder whose path has no link in it.
func temp(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func mustOpen(t *testing.T, path string) *Folder {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestCreate: what is there already stays, and where a link leads to nothing
// comes.
func TestCreate(t *testing.T) {
	dir := temp(t)
	d, away := mustOpen(t, dir), filepath.Join(temp(t), "away")
	must(t, os.Symlink(away, d.Path("link")))
	must(t, syscall.Mkfifo(d.Path("pipe"), 0o600))
	for _, name := range []string{"link", "pipe", "."} {
		if f, err := d.Create(name, nil, 0o600); f != nil || !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
	if _, err := os.Lstat(away); err == nil {
		t.Error("it is made where the link leads")
	}
	f, err := d.Create("new", nil, 0o644)
	must(t, err)
	defer f.Close()
	if info, err := os.Stat(filepath.Join(dir, "new")); err != nil || info.Mode() != 0o644 ||
		f.Name() != d.Path("new") {
		t.Errorf("it is %v, %v", info, err)
	}
	if name, temp, err := d.CreateTemp("new.tmp-", nil, 0o600); err != nil ||
		strings.Trim(strings.TrimPrefix(name, "new.tmp-"), "0123456789") != "" {
		t.Errorf("a temporary file is %q, %v", name, err)
	} else {
		temp.Close()
	}
}

// TestOpenFile opens only a regular file, and waits for nobody.
func TestOpenFile(t *testing.T) {
	d := mustOpen(t, temp(t))
	must(t, os.WriteFile(d.Path("file"), []byte("text"), 0o600))
	must(t, os.Symlink("file", d.Path("link")))
	must(t, syscall.Mkfifo(d.Path("pipe"), 0o600))
	must(t, os.Mkdir(d.Path("folder"), 0o700))
	for name, want := range map[string]string{"link": "but a symbolic link", "pipe": "is not a regular file",
		"folder": "is not a regular file", "none": "no such file"} {
		if f, _, err := d.OpenFile(name, os.O_RDONLY); f != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", name, f, err, want)
		}
		if f, e, err := d.openFile(name, os.O_RDONLY); err == nil && e.Regular {
			t.Errorf("%s, put there after the look: %v", name, f)
		}
	}
	f, e, err := d.OpenFile("file", os.O_RDWR)
	must(t, err)
	defer f.Close()
	if now, err := d.Lstat("file"); err != nil || !now.Same(e) || e.Size != 4 || e.Names != 1 ||
		e.Owner != os.Getuid() {
		t.Errorf("%+v, %v", e, err)
	}
	must(t, d.Link("file", "other"))
	if e, err := d.Lstat("other"); err != nil || e.Names != 2 {
		t.Errorf("of two names: %+v, %v", e, err)
	}
	if err := d.Link("file", "link"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a name that is taken: %v", err)
	}
}

// TestSwapped puts another folder in the place of an open one.
func TestSwapped(t *testing.T) {
	dir, victim := filepath.Join(temp(t), "folder"), temp(t)
	must(t, os.Mkdir(dir, 0o700))
	d := mustOpen(t, dir)
	must(t, os.WriteFile(filepath.Join(victim, "b"), nil, 0o600))
	must(t, os.Rename(dir, dir+".old"))
	must(t, os.Symlink(victim, dir))
	f, err := d.Create("a", nil, 0o600)
	must(t, err)
	f.Close()
	must(t, d.Rename("a", "b"))
	must(t, d.Remove("b"))
	if all, err := os.ReadDir(victim); err != nil || len(all) != 1 || all[0].Name() != "b" {
		t.Errorf("the other folder has %v, %v", all, err)
	}
}

// TestRoot: root is not led away by who owns a folder on the way.
func TestRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	theirs, victim := temp(t), temp(t)
	must(t, os.Chown(theirs, 65534, 65534))
	must(t, os.Symlink(victim, filepath.Join(theirs, "link")))
	must(t, os.Symlink(theirs, filepath.Join(victim, "own")))
	for _, path := range []string{"link", "link/file", "link/deep/file"} {
		if to, err := Resolve(filepath.Join(theirs, path)); err == nil ||
			!strings.Contains(err.Error(), "that another user can write") {
			t.Errorf("Resolve(%s) = %q, %v", path, to, err)
		}
	}
	for _, make := range []func(string) (*Folder, error){Open, Make} {
		for _, path := range []string{"link", "link/deep"} {
			if _, err := make(filepath.Join(theirs, path)); !errors.Is(err, syscall.ENOTDIR) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if all, err := os.ReadDir(victim); err != nil || len(all) != 1 {
		t.Errorf("in a folder of root's there is %v, %v", all, err)
	}
	if to, err := Resolve(filepath.Join(victim, "own", "file")); err != nil || to != filepath.Join(theirs, "file") {
		t.Errorf("a link of root's own leads to %q, %v", to, err)
	}
	must(t, os.Chmod(victim, 0o1777))
	if to, err := Resolve(filepath.Join(victim, "own", "file")); err == nil {
		t.Errorf("a link where everybody can put one leads to %q", to)
	}
}

// TestResolve follows links as the system does, to what is not there too.
func TestResolve(t *testing.T) {
	dir := temp(t)
	must(t, os.Mkdir(filepath.Join(dir, "a"), 0o700))
	must(t, os.Symlink("a/../b", filepath.Join(dir, "there")))
	must(t, os.Symlink(filepath.Join(dir, "there"), filepath.Join(dir, "twice")))
	must(t, os.Symlink("loop", filepath.Join(dir, "loop")))
	for path, want := range map[string]string{"a": "a", "none/c": "none/c", "there": "b", "twice/c": "b/c"} {
		if got, err := Resolve(filepath.Join(dir, path)); err != nil || got != filepath.Join(dir, want) {
			t.Errorf("%s leads to %q, %v; want %s", path, got, err, want)
		}
	}
	if got, err := Resolve(filepath.Join(dir, "loop")); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a circle leads to %q, %v", got, err)
	}
}

// TestMake makes what is missing, and for root too.
func TestMake(t *testing.T) {
	path := filepath.Join(temp(t), "a", "b")
	for range 2 {
		d, err := Make(path)
		must(t, err)
		d.Close()
	}
	for _, path := range []string{path, filepath.Dir(path)} {
		if info, err := os.Stat(path); err != nil || info.Mode() != fs.ModeDir|0o700 {
			t.Errorf("%s is %v, %v", path, info, err)
		}
	}
}

// TestOwner gives what is made to the owner of another file, with its group
// and mode.
func TestOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	d := mustOpen(t, temp(t))
	must(t, os.WriteFile(d.Path("like"), nil, 0o640))
	must(t, os.Chown(d.Path("like"), 65533, 65534))
	like, err := os.Stat(d.Path("like"))
	must(t, err)
	f, err := d.Create("new", like, like.Mode().Perm())
	must(t, err)
	defer f.Close()
	got, err := os.Stat(d.Path("new"))
	must(t, err)
	if s := got.Sys().(*syscall.Stat_t); s.Uid != 65533 || s.Gid != 65534 || got.Mode() != 0o640 {
		t.Errorf("it belongs to %d:%d with %v", s.Uid, s.Gid, got.Mode())
	}
}

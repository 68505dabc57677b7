//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rekey/cmd/rekey/internal/exit"
)

// TestRootWrites: root takes nothing from anybody, and follows nobody.
func TestRootWrites(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", dir)
	at := func(name string) string { return filepath.Join(dir, name) }
	runExits(t, 0, "keys create --id k1")
	runExits(t, 0, "encrypt --key k1 --out "+at("sealed"))
	for mode, own := range map[os.FileMode][2]int{0o600: {nobody, nobody}, 0o640: {nobody, 0}, 0o660: {0, nobody},
		0o444: {nobody, nobody}} {
		path := at("theirs")
		give(t, path, mode, own)
		runExits(t, 0, "reencrypt --key k1 --source-key k1 --in "+at("sealed")+" --out "+path)
		runExits(t, 0, "decrypt --key k1 --in "+path)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if s := info.Sys().(*syscall.Stat_t); info.Mode() != mode || int(s.Uid) != own[0] || int(s.Gid) != own[1] {
			t.Errorf("%v of %v became %v of %d:%d", mode, own, info.Mode(), s.Uid, s.Gid)
		}
	}
	open := at("tmp") // where everybody puts things
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, os.ModeSticky|0o777); err != nil {
		t.Fatal(err)
	}
	victim := at("victim")
	give(t, victim, 0o600, [2]int{0, 0})
	must(t, os.Symlink(victim, filepath.Join(open, "link")))
	must(t, os.Symlink("/dev/fd/1", filepath.Join(open, "fd")))
	give(t, filepath.Join(open, "planted"), 0o666, [2]int{nobody, nobody})
	must(t, syscall.Mkfifo(filepath.Join(open, "pipe"), 0o666))
	must(t, os.Chown(filepath.Join(open, "pipe"), nobody, nobody))
	for name, want := range map[string]string{"link": "is a symbolic link in a folder that another user can write",
		"fd":      "symbolic link",
		"planted": "somebody else has put it", "pipe": "somebody else has put it"} {
		told := runExits(t, exit.Failure, "encrypt --key k1 --out "+filepath.Join(open, name))
		if !strings.Contains(told, want) {
			t.Errorf("%s: %q, want %q", name, told, want)
		}
		told = runExits(t, exit.Failure, "datakey --force --key k1 --out "+at("new")+" --plaintext-out "+
			filepath.Join(open, name))
		if !strings.Contains(told, want) {
			t.Errorf("%s of a data key: %q, want %q", name, told, want)
		}
	}
	if b, err := os.ReadFile(victim); err != nil || string(b) != "old" {
		t.Errorf("the file behind the link is %q, %v", b, err)
	}
	runExits(t, 0, "encrypt --key k1 --out "+filepath.Join(open, "own"))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func give(t *testing.T, path string, mode os.FileMode, to [2]int) {
	t.Helper()
	os.Remove(path)
	must(t, os.WriteFile(path, []byte("old"), 0o600))
	must(t, os.Chown(path, to[0], to[1]))
	must(t, os.Chmod(path, mode))
}

func runExits(t *testing.T, want int, line string) (told string) {
	t.Helper()
	status, told := runWith(t, strings.Fields(line), "secret", &broken{writes: 100})
	if status != want {
		t.Fatalf("%s: status %d, want %d: %s", line, status, want, told)
	}
	return told
}

//go:build unix

package secretfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func mustFile(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestModes: everybody's right to read counts, and nothing else.
func TestModes(t *testing.T) {
	for mode, refused := range map[os.FileMode]bool{
		0o600: false, 0o400: false, 0o440: false, 0o640: false, 0o660: false, 0o602: false,
		0o644: true, 0o444: true, 0o604: true, 0o666: true, 0o777: true,
	} {
		path := mustFile(t, "secret", mode)
		for _, readable := range []bool{false, true} {
			got, err := Read(path, 10, readable)
			if want := refused && !readable; (err != nil) != want || err == nil && string(got) != "secret" {
				t.Errorf("mode %04o, readable %v: %q, %v", mode, readable, got, err)
			}
			if err != nil && !strings.Contains(err.Error(), "can be read by everybody") {
				t.Errorf("mode %04o: %v", mode, err)
			}
		}
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(link, 10, false); (err != nil) != refused {
			t.Errorf("a link to mode %04o: %v", mode, err)
		}
	}
}

// TestPipe: what has a name in the folder for a moment may have any mode.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	go os.WriteFile(path, []byte("secret"), 0)
	if got, err := Read(path, 10, false); string(got) != "secret" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestMark: it does not count, and is taken off once.
func TestMark(t *testing.T) {
	for text, want := range map[string]string{
		"\ufeffsecret": "secret", "\ufeff": "", "\ufeff\ufeffx": "\ufeffx", "x\ufeff": "x\ufeff",
		"\ufeff0123456789": "0123456789", "\ufeff01234567890": "01234567890", "012345678901234567": "01234567890",
	} {
		if got, err := Read(mustFile(t, text, 0o600), 10, false); string(got) != want || err != nil {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

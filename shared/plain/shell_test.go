//go:build unix

package plain_test

import (
	"os/exec"
	"testing"

	"rekey/shared/plain"
)

// TestShell: a shell reads back what was written.
func TestShell(t *testing.T) {
	for _, word := range []string{"", "/etc/rekey/keyring.json", "a b", "it's", "''", `"`, "$HOME `id`", "a\nb",
		"[::1]", "~", "*", "!x", "\\", "ключ"} {
		got, err := exec.Command("sh", "-c", "printf %s "+plain.Shell(word)).Output()
		if err != nil || string(got) != word {
			t.Errorf("%q is read as %q, %v", word, got, err)
		}
	}
	for _, word := range []string{"/etc/rekey/keyring.json", "a+b=c:d,e@f"} {
		if plain.Shell(word) != word {
			t.Errorf("%s is quoted needlessly", word)
		}
	}
}

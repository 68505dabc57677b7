package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/deploy/local/lockboxtest"
)

// TestFromStoreToStore runs what docs/keyring.md shows, with a yc that gives a
// payload of ours. At the end other.json opens what both stores made.
func TestFromStoreToStore(t *testing.T) {
	for _, tool := range []string{"bash", "openssl", "jq", "cmp"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIP-NEEDS: %s, for the lines of docs/keyring.md", tool)
		}
	}
	doc, err := os.ReadFile("../../docs/keyring.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := ownHome(t)
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	const text = "hN3kWq8ZrT5yVb2mXc7pLd4sGf9jKa6uEo1iQw0RtYxBnMvCzHgJlDkSaPfOeUiT"
	executable(t, filepath.Join(dir, "yc"), "#!/bin/sh\necho "+text+"\n")
	l, env := startLockbox(t)
	payments, versions := l.AddSecret(&lockbox.Secret{Name: "payments"},
		lockboxtest.Version{lockboxtest.Text("AES_256.generated", text)})

	_, section, _ := strings.Cut(string(doc), "\n## From store to store\n")
	section, _, _ = strings.Cut(section, "\n## ")
	const in = "--store file --keyring "
	lines := []string{
		"echo secret > letter; head -c 32 /dev/urandom | rekey keys import " + in +
			"keyring.json --create --id orders --version-id v1 --algorithm AES_256 --format raw",
		"rekey encrypt " + in + "keyring.json --key orders --in letter --out letter.rky",
	}
	for _, line := range strings.Split(section, "\n") {
		if line, ok := strings.CutPrefix(line, "$ "); ok {
			lines = append(lines, strings.NewReplacer("SECRET", payments, "VERSION", versions[0]).Replace(line))
		}
	}
	lines = append(lines,
		"rekey decrypt "+in+"other.json --key orders --in back.rky | cmp - letter",
		"rekey decrypt "+in+"other.json --key "+payments+" --in moved.rky | cmp - letter")
	for _, line := range lines {
		if example(t, dir, line, env...) != 0 {
			t.Fatalf("$ %s", line)
		}
	}
}

func executable(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

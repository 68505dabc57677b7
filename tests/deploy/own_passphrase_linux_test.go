package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPassphraseOfUnit runs the lines of the unit's header about a passphrase,
// with another user and in other folders: the keyring is encrypted, and stays
// that user's, through root's changes too; and the passphrase is not written
// over.
func TestPassphraseOfUnit(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIP-NEEDS: root, to change a file of another user")
	}
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("SKIP-NEEDS: openssl, to make a passphrase")
	}
	text, err := os.ReadFile("../../deploy/own/rekey.service")
	if err != nil {
		t.Fatal(err)
	}
	_, about, _ := strings.Cut(string(text), "# With a passphrase")
	lines := regexp.MustCompile(`(?m)^#   ((?:install|rekey) .*)$`).FindAllStringSubmatch(about, -1)
	if len(lines) != 3 {
		t.Fatalf("%d lines about a passphrase, want 3", len(lines))
	}
	dir := t.TempDir()
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program, folder, etc := filepath.Join(dir, "rekey"), filepath.Join(dir, "lib"), filepath.Join(dir, "etc")
	sh := func(command string) error {
		t.Helper()
		c := exec.Command("sh", "-c", command)
		c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		out, err := c.CombinedOutput()
		if err != nil {
			t.Logf("%s: %s", command, out)
		}
		return err
	}
	keyring := filepath.Join(folder, "keyring.json")
	must := func(command string) {
		t.Helper()
		if err := sh(strings.NewReplacer("/var/lib/rekey", folder, "/etc/rekey", etc).Replace(command)); err != nil {
			t.Fatal(err)
		}
	}
	must("go build -o " + program + " ../../cmd/rekey && install -d -o nobody -g nogroup -m 0700 " + folder)
	must("runuser -u nobody -- " + program + " keys create --create --name first --keyring " + keyring)
	for _, line := range lines {
		must(line[1])
		wantOwner(t, keyring, "nobody")
	}
	if data, err := os.ReadFile(keyring); err != nil || strings.Contains(string(data), "material") {
		t.Errorf("the keyring is in plain text, %v", err)
	}
	wantMode(t, keyring, 0o600)
	wantMode(t, filepath.Join(etc, "passphrase"), 0o600)
	if err := sh(strings.ReplaceAll(lines[0][1], "/etc/rekey", etc)); err == nil {
		t.Error("the passphrase is written over")
	}
	// As LoadCredential hands it out.
	must("install -o nobody -m 0400 " + etc + "/passphrase " + dir + "/credential")
	must("runuser -u nobody -- " + program + " keys get first --keyring " + keyring + " --passphrase-file " + dir +
		"/credential")
}

func wantOwner(t *testing.T, path, want string) {
	t.Helper()
	out, err := exec.Command("stat", "-c", "%U", path).Output()
	if err != nil || strings.TrimSpace(string(out)) != want {
		t.Errorf("%s is of %s, want %s: %v", path, out, want, err)
	}
}

// TestPassphraseOfContainer: what the header says of a secret gives the image's
// user one that it can read, where the variable has it.
func TestPassphraseOfContainer(t *testing.T) {
	text, err := os.ReadFile("../../deploy/own/Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	secret := regexp.MustCompile(`--secret (\S+),uid=(\d+),mode=0400 `).FindStringSubmatch(string(text))
	if secret == nil {
		t.Fatal("no secret")
	}
	for _, want := range []string{"| podman secret create " + secret[1] + " -\n", "\nUSER " + secret[2] + ":",
		"-e REKEY_PASSPHRASE_FILE=/run/secrets/" + secret[1] + "\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the Containerfile has no %q", want)
		}
	}
}

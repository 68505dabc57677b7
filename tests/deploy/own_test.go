package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rekey/shared/slow"
)

// TestUnit: systemd takes the unit, and finds little that it leaves open. (Its
// program is not installed here: the unit is tried with another.)
func TestUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("SKIPPED: systemd-analyze, to judge the unit, is not on this machine")
	}
	text, err := os.ReadFile("../../deploy/own/rekey.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "rekey.service")
	tried := strings.Replace(string(text), "/usr/local/bin/rekey serve", "/bin/true", 1)
	if err := os.WriteFile(unit, []byte(tried), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("systemd-analyze", "verify", "--man=no", unit).CombinedOutput()
	if err != nil || strings.Contains(string(out), unit) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	const most = "15" // tenths: exposure 1.5 of 10
	out, err = exec.Command("systemd-analyze", "security", "--no-pager", "--offline=yes", "--threshold="+most,
		unit).CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
}

// TestContainer does what the Containerfile does with what it copies, in an
// empty folder: the program builds from only that, is static, and is what the
// image starts.
func TestContainer(t *testing.T) {
	slow.Skip(t)
	text, err := os.ReadFile("../../deploy/own/Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	src, out := t.TempDir(), t.TempDir()
	for _, line := range regexp.MustCompile(`(?m)^COPY ([^-].*) (\S+)$`).FindAllStringSubmatch(string(text), -1) {
		for _, from := range strings.Fields(line[1]) {
			to := filepath.Join(src, line[2])
			if strings.HasSuffix(line[2], "/") {
				to = filepath.Join(to, from)
			}
			if b, err := exec.Command("cp", "-r", filepath.Join("../..", from), to).CombinedOutput(); err != nil {
				t.Fatalf("COPY %s: %v: %s", from, err, b)
			}
		}
	}
	run := regexp.MustCompile(`(?m)^RUN (.*)$`).FindStringSubmatch(string(text))
	if run == nil {
		t.Fatal("there is no RUN")
	}
	c := exec.Command("sh", "-c", strings.ReplaceAll(run[1], "/out/", out+"/"))
	c.Dir = src
	if b, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", run[1], err, b)
	}
	if b, err := exec.Command("ldd", filepath.Join(out, "rekey")).CombinedOutput(); err == nil &&
		!strings.Contains(string(b), "statically linked") {
		t.Errorf("the program is not static: %s", b)
	}
	if b, err := exec.Command(filepath.Join(out, "rekey"), "version").CombinedOutput(); err != nil {
		t.Errorf("rekey version: %v: %s", err, b)
	}
	testFirstKeyring(t, string(text), out)
	for _, want := range []string{"FROM scratch", "USER 65532:65532", `ENTRYPOINT ["/usr/bin/rekey"]`, `CMD ["serve"]`,
		`HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["/usr/bin/rekey", "ping"]`} {
		if !strings.Contains(string(text), "\n"+want+"\n") {
			t.Errorf("the image has no %s", want)
		}
	}
}

// testFirstKeyring does in the image's folder, as its user, what the header's
// line does in a volume, which begins as that folder; what the image then
// starts finds the keyring.
func testFirstKeyring(t *testing.T, text, out string) {
	t.Helper()
	line := regexp.MustCompile(`(?m)^#   podman run --rm -v rekey:/data rekey (keys create .*)$`).FindStringSubmatch(
		text)
	if line == nil {
		t.Fatal("no line makes the keyring")
	}
	keyring := filepath.Join(out, "data", "keyring.json")
	run := func(words ...string) {
		t.Helper()
		c := exec.Command("setpriv", append([]string{"--reuid=65532", "--regid=65532", "--clear-groups",
			filepath.Join(out, "rekey")}, words...)...)
		if os.Geteuid() != 0 {
			c = exec.Command(filepath.Join(out, "rekey"), words...)
		}
		c.Env = []string{"REKEY_KEYRING=" + keyring}
		if b, err := c.CombinedOutput(); err != nil {
			t.Fatalf("rekey %q: %v: %s", words, err, b)
		}
	}
	if os.Geteuid() == 0 {
		for _, path := range []string{filepath.Dir(out), out} {
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(filepath.Join(out, "data"), 65532, 65532); err != nil {
			t.Fatal(err)
		}
	}
	run(strings.Fields(line[1])...)
	run("keys", "get", "first")
	wantMode(t, filepath.Dir(keyring), 0o700)
	wantMode(t, keyring, 0o600)
}

// TestFirstKeyringOfUnit runs the line of the unit's header that makes the
// keyring, with another user and in another folder: the folder is the user's,
// and so is the keyring.
func TestFirstKeyringOfUnit(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIP-NEEDS: root, to make a file of another user")
	}
	text, err := os.ReadFile("../../deploy/own/rekey.service")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^#   (install -d .* /var/lib/rekey && .*)$`).FindStringSubmatch(string(text))
	if line == nil {
		t.Fatal("no line makes the keyring")
	}
	dir := t.TempDir()
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program, folder := filepath.Join(dir, "rekey"), filepath.Join(dir, "lib")
	if b, err := exec.Command("go", "build", "-o", program, "../../cmd/rekey").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	command := strings.NewReplacer("/var/lib/rekey", folder, "/usr/local/bin/rekey", program,
		"-o rekey -g rekey", "-o nobody -g nogroup", "-u rekey", "-u nobody").Replace(line[1])
	if b, err := exec.Command("sh", "-c", "umask 022; "+command).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, b)
	}
	wantMode(t, folder, 0o700)
	wantMode(t, filepath.Join(folder, "keyring.json"), 0o600)
	c := exec.Command("runuser", "-u", "nobody", "--", program, "keys", "get", "first")
	c.Env = append(os.Environ(), "REKEY_KEYRING="+folder+"/keyring.json")
	if b, err := c.CombinedOutput(); err != nil {
		t.Errorf("the unit's user cannot use the keyring: %v: %s", err, b)
	}
}

func wantMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != want {
		t.Errorf("%s has mode %04o, want %04o", path, info.Mode().Perm(), want)
	}
}

package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestUnit: systemd takes the unit, and finds little that it leaves open. (Its
// program is not installed here: the unit is tried with another.)
func TestUnit(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("SKIPPED: systemd-analyze, to judge the unit, is not on this machine")
	}
	text, err := os.ReadFile("own/rekey.service")
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
	out, err = exec.Command("systemd-analyze", "security", "--no-pager", "--offline=yes", "--threshold="+most, unit).CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
}

// TestContainer does what the Containerfile does with what it copies, in an
// empty folder: the program builds from that alone, is static, and is what the
// image starts.
func TestContainer(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIP-NEEDS: time, leave out -short")
	}
	text, err := os.ReadFile("own/Containerfile")
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
			if b, err := exec.Command("cp", "-r", filepath.Join("..", from), to).CombinedOutput(); err != nil {
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
	if b, err := exec.Command("ldd", filepath.Join(out, "rekey")).CombinedOutput(); err == nil && !strings.Contains(string(b), "statically linked") {
		t.Errorf("the program is not static: %s", b)
	}
	if b, err := exec.Command(filepath.Join(out, "rekey"), "version").CombinedOutput(); err != nil {
		t.Errorf("rekey version: %v: %s", err, b)
	}
	for _, want := range []string{"FROM scratch", "USER 65532:65532", `ENTRYPOINT ["/usr/bin/rekey"]`, `CMD ["serve"]`} {
		if !strings.Contains(string(text), "\n"+want+"\n") {
			t.Errorf("the image has no %s", want)
		}
	}
}

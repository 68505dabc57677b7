package deploy_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/slow"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
	"rekey/shared/store/file/passphrase/passphrasetest"
)

const mib = 1 << 20

// TestPassphraseMemory runs the program with an encrypted keyring. What follows
// a change of the keys takes neither memory nor scrypt; what follows a new
// passphrase takes the memory of the start, and gives it back; and all of it,
// under load too, stays below what the unit and the container allow, with a
// quarter to spare. So does a start with the work factor of `age -p`.
func TestPassphraseMemory(t *testing.T) {
	slow.Skip(t)
	s := newGuarded(t)
	s.serve()
	start := s.memory("VmHWM")

	s.forgetPeak()
	for range 10 {
		s.rotated()
	}
	s.setStatus(key.Inactive, "INACTIVE")
	s.setStatus(key.Active, "ciphertext")
	if peak := s.memory("VmHWM"); peak > start-64*mib {
		t.Errorf("ten rotations had a peak of %d MiB, the start one of %d: that is scrypt", peak/mib, start/mib)
	}

	stop := s.load()
	s.setPassphrase("another horse, another battery")
	s.rotated()
	stop()
	changed := s.memory("VmHWM")
	if now := s.memory("VmRSS"); now > start-64*mib {
		t.Errorf("%d MiB stay after a new passphrase, where the start had a peak of %d", now/mib, start/mib)
	}
	s.stop()

	passphrasetest.LikeAge()
	s.setPassphrase("a horse as age would have it")
	s.serve()
	likeAge := s.memory("VmHWM")
	t.Logf("FIGURE peak of serve with a passphrase: %d MiB at its start, %d with a new one under load, "+
		"%d at a start with age's work factor", start/mib, changed/mib, likeAge/mib)
	for name, limit := range memoryLimits(t) {
		if most := max(start, changed, likeAge); most > limit/5*4 {
			t.Errorf("%s allows %d MiB, and the peak is %d: leave a quarter more than that", name, limit/mib, most/mib)
		}
	}
}

// memoryLimits are what the unit, and the container by its run line, may take.
func memoryLimits(t *testing.T) map[string]int {
	t.Helper()
	all := map[string]int{}
	for file, pattern := range map[string]string{
		"../../deploy/own/rekey.service": `(?m)^MemoryMax=(\d+)M$`,
		"../../deploy/own/Containerfile": `(?m)^# +--memory=(\d+)m\b`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(pattern).FindSubmatch(text)
		if found == nil {
			t.Fatalf("%s has no %s", file, pattern)
		}
		n, _ := strconv.Atoi(string(found[1]))
		all[file] = n * mib
	}
	return all
}

// guarded is an encrypted keyring with the key k1, and the program that serves
// it.
type guarded struct {
	*testing.T
	program, keyring, phrase string
	admin                    *admin.Admin
	cmd                      *exec.Cmd
	url                      string
}

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	dir := t.TempDir()
	s := &guarded{T: t, program: filepath.Join(dir, "rekey"),
		keyring: filepath.Join(dir, "keyring.json"), phrase: filepath.Join(dir, "phrase")}
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s", "-o", s.program, "rekey/cmd/rekey")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	s.writePhrase("correct horse battery staple")
	a, err := admin.Open(s.keyring, admin.Options{Create: true, Passphrase: passphrase.FromFile(s.phrase)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Create(context.Background(), keyadmin.Creation{ID: "k1"}); err != nil {
		t.Fatal(err)
	}
	s.admin = a
	return s
}

func (s *guarded) writePhrase(phrase string) {
	if err := os.WriteFile(s.phrase, []byte(phrase), 0o600); err != nil {
		s.Fatal(err)
	}
}

// setPassphrase changes it as docs/keyring.md says: the keyring's, then the
// server's file.
func (s *guarded) setPassphrase(phrase string) {
	s.Helper()
	k, err := admin.Keep(s.keyring, admin.Options{Passphrase: passphrase.FromFile(s.phrase)})
	if err == nil {
		_, err = k.SetPassphrase(context.Background(), passphrase.Given([]byte(phrase)))
	}
	if err != nil {
		s.Fatal(err)
	}
	s.writePhrase(phrase)
}

// serve starts the program, and returns once it answers.
func (s *guarded) serve() {
	s.Helper()
	s.cmd = exec.Command(s.program, "serve", "--addr", "127.0.0.1:0", "--json",
		"--keyring", s.keyring, "--passphrase-file", s.phrase)
	s.cmd.Env = []string{"HOME=" + s.TempDir()}
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { s.cmd.Process.Kill(); s.cmd.Wait() })
	var says struct{ Address string }
	if err := json.NewDecoder(out).Decode(&says); err != nil {
		s.Fatal(err)
	}
	s.url = says.Address + "/kms/v1/keys/k1:encrypt"
	s.eventually("ciphertext")
}

func (s *guarded) stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
}

// eventually asks until the answer has a text.
func (s *guarded) eventually(want string) {
	s.Helper()
	var got string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if got = s.encrypt("hello"); strings.Contains(got, want) {
			return
		}
	}
	s.Fatalf("the server does not come to answer with %q, but: %.300s", want, got)
}

func (s *guarded) encrypt(plaintext string) string {
	body := fmt.Sprintf(`{"plaintext":%q}`, base64.StdEncoding.EncodeToString([]byte(plaintext)))
	r, err := http.Post(s.url, "application/json", strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(r.Body)
	return fmt.Sprint(string(answer), err)
}

// rotated rotates the key, and returns once the server has followed.
func (s *guarded) rotated() {
	s.Helper()
	v, err := s.admin.Rotate(context.Background(), "k1", 0)
	if err != nil {
		s.Fatal(err)
	}
	s.eventually(string(v.ID))
}

func (s *guarded) setStatus(status key.Status, answer string) {
	s.Helper()
	if _, err := s.admin.SetStatus(context.Background(), "k1", status); err != nil {
		s.Fatal(err)
	}
	s.eventually(answer)
}

// load has four callers encrypt the longest plaintexts until stop is called.
func (s *guarded) load() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var callers sync.WaitGroup
	for range 4 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for ctx.Err() == nil {
				s.encrypt(strings.Repeat("x", 32<<10))
			}
		}()
	}
	return func() { cancel(); callers.Wait() }
}

// memory is a line of the process's status, in bytes: VmHWM is the peak.
func (s *guarded) memory(line string) int {
	s.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		s.Fatal(err)
	}
	found := regexp.MustCompile(line + `:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		s.Fatalf("no %s in\n%s", line, status)
	}
	n, _ := strconv.Atoi(string(found[1]))
	return n << 10
}

// forgetPeak lets the peak begin anew (proc(5), clear_refs).
func (s *guarded) forgetPeak() {
	s.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0); err != nil {
		s.Skipf("SKIP-NEEDS: the right to write clear_refs: %v", err)
	}
}

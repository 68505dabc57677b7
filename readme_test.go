package rekey

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestReadme does what the README says, to the letter: it runs the commands
// of its console blocks in order and compares what they print. Ids, times and
// ciphertexts differ from run to run: each is taken for the one in its place.
func TestReadme(t *testing.T) {
	for _, tool := range []string{"bash", "curl", "tee"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIP-NEEDS: %s, for the README's commands", tool)
		}
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(t, copyOfClone(t))
	for _, c := range commands(string(text)) {
		switch {
		case strings.Contains(c.line, "rekey serve"):
			s.serve(t, c, "./cmd/rekey")
		case strings.HasPrefix(c.line, "go run "+lockboxtest):
			s.serve(t, c, lockboxtest)
		case strings.HasPrefix(c.line, "export "):
			s.export(c)
		default:
			s.run(t, c)
		}
		if t.Failed() {
			break
		}
	}
	if s.ran < 8 {
		t.Errorf("the README has %d commands, which is hardly all", s.ran)
	}
}

// lockboxtest is the other server of the README.
const lockboxtest = "./shared/store/lockbox/lockboxtest/cmd/lockboxtest"

// copyOfClone is where the commands may leave what they like: in the clone it
// would take the place of what the person has there.
func copyOfClone(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case e.IsDir() && !strings.HasPrefix(name, ".") && name != "bin" && name != "dist":
			err = os.CopyFS(filepath.Join(dir, name), os.DirFS(name))
		case name == "go.mod" || name == "go.sum":
			var b []byte
			if b, err = os.ReadFile(name); err == nil {
				err = os.WriteFile(filepath.Join(dir, name), b, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// command is a line of a console block after "$ ", and what follows it. Each
// block is a terminal.
type command struct {
	line, want string
	block      int
}

func commands(readme string) []command {
	var out []command
	for n, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			line, want, _ := strings.Cut(part, "\n")
			out = append(out, command{line, strings.TrimSpace(want), n})
		}
	}
	return out
}

// session is a shell in a copy of the project's folder, with a configuration
// folder of its own.
type session struct {
	dir      string
	env      []string
	exported map[int][]string  // in which block
	same     map[string]string // what the README says -> what it is here
	ran      int
}

// newSession has Go forget the folder's name, so that it builds no copy twice.
func newSession(t *testing.T, dir string) *session {
	env := append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -trimpath")
	return &session{dir: dir, env: env, exported: map[int][]string{}, same: map[string]string{}}
}

// here is a line with what the README's tokens are here.
func (s *session) here(line string) string {
	for readme, here := range s.same {
		line = strings.ReplaceAll(line, readme, here)
	}
	return line
}

func (s *session) shell(ctx context.Context, block int, line string) *exec.Cmd {
	c := exec.CommandContext(ctx, "bash", "-c", s.here(line))
	c.Dir, c.Env = s.dir, append(slices.Clip(s.env), s.exported[block]...)
	s.ran++
	return c
}

// export holds for the rest of the block.
func (s *session) export(c command) {
	s.exported[c.block] = append(s.exported[c.block], strings.Fields(s.here(c.line))[1:]...)
}

func (s *session) run(t *testing.T, c command) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	out, _ := s.shell(ctx, c.block, c.line).CombinedOutput() // a status is part of the lesson
	s.compare(t, c, string(out))
}

// serve starts a server on a free port and takes its banner.
func (s *session) serve(t *testing.T, c command, source string) {
	t.Helper()
	// Built, not run through `go run`, which passes no signal on.
	program := filepath.Join(t.TempDir(), filepath.Base(source))
	build := exec.Command("go", "build", "-o", program, source)
	build.Dir, build.Env = s.dir, s.env
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := s.shell(context.Background(), c.block, "exec "+strings.Replace(c.line, "go run "+source, program, 1)+" --addr 127.0.0.1:0 2>&1")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	var banner bytes.Buffer
	lines := bufio.NewScanner(stdout)
	for n := strings.Count(c.want, "\n") + 1; n > 0 && lines.Scan(); n-- {
		banner.WriteString(lines.Text() + "\n")
	}
	s.compare(t, c, banner.String())
}

// tokens differ from run to run.
var tokens = regexp.MustCompile(`(rk[yv]|e6q)[a-v0-9]{17}|127\.0\.0\.1:\d+|t1\.[\w-]+|UktZ[A-Za-z0-9+/]+=*|\d{4}-\d\d-\d\dT[0-9:]+Z|/[^ ]*/rekey/keyring\.json`)

// compare checks what a command printed, and learns which token here stands
// for which in the README.
func (s *session) compare(t *testing.T, c command, got string) {
	t.Helper()
	got = strings.TrimSpace(got)
	if tokens.ReplaceAllString(got, "*") != tokens.ReplaceAllString(c.want, "*") {
		t.Errorf("$ %s\nprints\n%s\nand the README says\n%s", c.line, got, c.want)
		return
	}
	here := tokens.FindAllString(got, -1)
	for i, readme := range tokens.FindAllString(c.want, -1) {
		if known, ok := s.same[readme]; ok && known != here[i] && !strings.HasSuffix(readme, "Z") {
			t.Errorf("$ %s\n%s here stands for %s before and for %s now", c.line, readme, known, here[i])
		}
		s.same[readme] = here[i]
	}
}

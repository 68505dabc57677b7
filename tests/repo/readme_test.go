package repo

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestReadme does what the README says, to the letter: it runs the commands
// of its console blocks in order and compares what they print. As for a reader
// each server has its own terminal, and all else is typed in one, in which
// no setting is left at the end. Ids, times and ciphertexts differ from run to
// run: each is taken for the one in its place.
func TestReadme(t *testing.T) {
	top()
	for _, tool := range []string{"bash", "curl", "git", "tee"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("SKIP-NEEDS: %s, for the README's commands", tool)
		}
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(t, copyOfClone(t))
	for _, c := range append(commands(string(text)), command{line: "env | grep ^REKEY_"}) {
		switch {
		case strings.HasPrefix(c.line, "bin/rekey serve"), strings.HasPrefix(c.line, "go run ./deploy/local/lockbox"):
			s.serve(t, c)
		default:
			s.run(t, c)
		}
		if t.Failed() {
			break
		}
	}
	s.leavesNothing(t)
	if s.ran < 8 {
		t.Errorf("the README has %d commands, which is hardly all", s.ran)
	}
}

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
		case name == "go.mod" || name == "go.sum" || name == ".gitignore":
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

// command is a line of a console block after "$ ", and what follows it.
type command struct{ line, want string }

func commands(readme string) []command {
	var out []command
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(readme, -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			line, want, _ := strings.Cut(part, "\n")
			out = append(out, command{line, strings.TrimSpace(want)})
		}
	}
	return out
}

// session is a shell in a copy of the project's folder, with its own
// configuration folder.
type session struct {
	dir   string
	env   []string
	typed *os.File          // what the shell reads, a command a line
	shown *os.File          // what it and its commands print
	same  map[string]string // what the README says -> what it is here
	ran   int
}

// prompt is what the shell prints when a command has ended.
const prompt = "-- what next? --\n"

// newSession has Go forget the folder's name, so that it builds no copy twice.
// The shell reads from a descriptor that its commands do not have.
func newSession(t *testing.T, dir string) *session {
	t.Helper()
	s := &session{dir: dir, same: map[string]string{}}
	s.env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -trimpath")
	read, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	shown, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.typed, s.shown = typed, shown
	c := exec.Command("bash", "-c", `while IFS= read -r line <&3; do eval "$line" 3<&-; echo '`+
		strings.TrimSpace(prompt)+`'; done`)
	c.Dir, c.Env, c.Stdout, c.Stderr, c.ExtraFiles = dir, s.env, write, write, []*os.File{read}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	read.Close()
	write.Close()
	t.Cleanup(func() { typed.Close(); c.Process.Kill(); c.Wait(); shown.Close() })
	return s
}

// here is a line with what the README's tokens are here.
func (s *session) here(line string) string {
	for readme, here := range s.same {
		line = strings.ReplaceAll(line, readme, here)
	}
	return line
}

// run types a command. Its status is part of the lesson.
func (s *session) run(t *testing.T, c command) {
	t.Helper()
	s.ran++
	if _, err := s.typed.WriteString(s.here(c.line) + "\n"); err != nil {
		t.Fatal(err)
	}
	s.shown.SetReadDeadline(time.Now().Add(8 * time.Minute))
	var got []byte
	for b := make([]byte, 4096); !bytes.HasSuffix(got, []byte(prompt)); {
		n, err := s.shown.Read(b)
		if got = append(got, b[:n]...); err != nil {
			t.Fatalf("$ %s\n%v after %s", c.line, err, got)
		}
	}
	s.compare(t, c, strings.TrimSuffix(string(got), prompt))
}

// leavesNothing: git shows a reader none of the files that the commands made.
func (s *session) leavesNothing(t *testing.T) {
	t.Helper()
	list := exec.Command("sh", "-c", "git init -q && git ls-files --others --exclude-standard")
	list.Dir = s.dir
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(out)) {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("the commands leave %s, which .gitignore should have", name)
		}
	}
}

// serve starts a server on a free port, in its own terminal, and takes its
// banner.
func (s *session) serve(t *testing.T, c command) {
	t.Helper()
	s.ran++
	program := c.line + " --addr 127.0.0.1:0"
	if source, ok := strings.CutPrefix(c.line, "go run "); ok { // which passes no signal on
		program = filepath.Join(t.TempDir(), filepath.Base(source))
		build := exec.Command("go", "build", "-o", program, source)
		build.Dir, build.Env = s.dir, s.env
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cmd := exec.Command("bash", "-c", "exec "+program+" 2>&1")
	cmd.Dir, cmd.Env = s.dir, s.env
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
	var said, banner string // standard error, which nothing orders with the other, and standard output
	lines := bufio.NewScanner(stdout)
	for n := strings.Count(c.want, "\n") + 1; n > 0 && lines.Scan(); n-- {
		if line := lines.Text() + "\n"; strings.HasPrefix(line, "rekey: ") {
			said += line
		} else {
			banner += line
		}
	}
	s.compare(t, c, said+banner)
}

// tokens differ from run to run.
var tokens = regexp.MustCompile(
	`(rk[yv]|e6q)[a-v0-9]{17}|127\.0\.0\.1:\d+|t1\.[\w-]+|UktZ[A-Za-z0-9+/]+=*|\d{4}-\d\d-\d\dT[0-9:]+Z|/[^ ` +
		`]*/(?:rekey/|events\.)keyring\.json`)

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

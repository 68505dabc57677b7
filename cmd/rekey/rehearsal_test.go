package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/deploy/local/lockboxtest"
)

// TestRehearsals rehearses the symptoms of docs/lockbox-runbook.md, one session
// each: `rehearse` starts lockboxtest with the line that the page shows, typed
// types there. A session sees what callers and the log get, does what the page
// says, and sees that it is over.
func TestRehearsals(t *testing.T) {
	lines := rehearsals(t)
	sessions, err := filepath.Glob("testdata/rehearsal/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range sessions {
		sessions[i] = strings.TrimSuffix(filepath.Base(s), ".txtar")
	}
	if symptoms := slices.Sorted(maps.Keys(lines)); !slices.Equal(symptoms, sessions) {
		t.Errorf("the runbook has the symptoms %q, and there are sessions %q", symptoms, sessions)
	}
	more := maps.Clone(words)
	more["rehearse"] = func(ts *testscript.TestScript, _ bool, _ []string) { rehearse(ts, lines[ts.Name()]) }
	more["typed"] = func(ts *testscript.TestScript, _ bool, args []string) {
		ts.Value(rehearsing{}).(*rehearsal).typed(ts, strings.Join(args, " "))
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/rehearsal",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Values[rehearsing{}] = &rehearsal{}
			e.Setenv("REKEY_CACHE_TTL", "100ms") // T and G of the page, for people in a hurry
			e.Setenv("REKEY_OFFLINE_GRACE", "2s")
			return setup(e)
		},
		Cmds: more,
	})
}

var symptom = regexp.MustCompile("(?m)^## (.+)$|^- \\*\\*Rehearsed by\\*\\*: `lockboxtest(.*)`$")

// rehearsals are the arguments of the line of each symptom, by its anchor.
func rehearsals(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("../../docs/lockbox-runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	lines, section := map[string][]string{}, ""
	for _, found := range symptom.FindAllStringSubmatch(string(page), -1) {
		if found[1] != "" {
			section = strings.ToLower(strings.ReplaceAll(found[1], " ", "-"))
			if section != "how-long-things-take" && section != "rehearsing" {
				lines[section] = nil
			}
			continue
		}
		if lines[section] != nil {
			t.Errorf("%s has two lines", section)
		}
		for _, word := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(found[2], -1) {
			lines[section] = append(lines[section], strings.Trim(word, "'"))
		}
	}
	return lines
}

// rehearsing is the key of a session's rehearsal, a lockboxtest under way.
type rehearsing struct{}

type rehearsal struct {
	in  io.Writer
	out *bufio.Scanner
}

func rehearse(ts *testscript.TestScript, args []string) {
	if args == nil {
		ts.Fatalf("the page has no line that rehearses %s", ts.Name())
	}
	ctx, stop := context.WithCancel(context.Background())
	in, typed := io.Pipe()
	printed, out := io.Pipe()
	done := make(chan struct{})
	go func() {
		out.CloseWithError(lockboxtest.Run(ctx, args, in, out))
		close(done)
	}()
	ts.Defer(func() { stop(); printed.Close(); <-done })
	r := ts.Value(rehearsing{}).(*rehearsal)
	*r = rehearsal{typed, bufio.NewScanner(printed)}
	r.read(ts)
}

// typed types a line.
func (r *rehearsal) typed(ts *testscript.TestScript, line string) {
	fmt.Fprintln(r.in, line)
	r.read(ts)
}

var (
	exported = regexp.MustCompile(`\b(REKEY_\w+)=(\S+)`)
	userLine = regexp.MustCompile(`^user +(\S+), .*REKEY_IAM_TOKEN=(\S+)$`)
)

// read sets what is exported, and a variable for each user's token, until what
// was typed has been done: a word that means nothing has an answer, too.
func (r *rehearsal) read(ts *testscript.TestScript) {
	go fmt.Fprintln(r.in, "?")
	for r.out.Scan() {
		line := r.out.Text()
		ts.Logf("lockboxtest: %s", line)
		if strings.HasPrefix(line, `lockboxtest: "?"`) {
			return
		}
		if strings.HasPrefix(line, "lockboxtest: ") {
			ts.Fatalf("%s", line)
		}
		if u := userLine.FindStringSubmatch(line); u != nil {
			ts.Setenv(strings.ToUpper(u[1]), u[2])
			continue
		}
		for _, e := range exported.FindAllStringSubmatch(line, -1) {
			ts.Setenv(e[1], e[2])
		}
	}
	ts.Fatalf("lockboxtest has ended: %v", r.out.Err())
}

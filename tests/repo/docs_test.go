package repo

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	silent   = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	named    = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`)
	declared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestDocs: what a document links to is there, down to the heading, and so is
// every test that it names.
func TestDocs(t *testing.T) {
	top()
	tests := map[string]bool{}
	for _, path := range tracked(t, "*_test.go") {
		for _, f := range declared.FindAllStringSubmatch(mustText(t, path), -1) {
			tests[f[1]] = true
		}
	}
	for _, page := range tracked(t, "*.md") {
		text := mustText(t, page)
		for _, name := range named.FindAllString(text, -1) {
			if !tests[name] {
				t.Errorf("%s names %s, and there is no such test", page, name)
			}
		}
		for _, l := range link.FindAllStringSubmatch(text, -1) {
			file, anchor, _ := strings.Cut(l[1], "#")
			if strings.Contains(l[1], "://") {
				continue
			}
			target := page
			if file != "" {
				target = filepath.Join(filepath.Dir(page), file)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", page, l[1], err)
			} else if anchor != "" && !anchors(mustText(t, target))[anchor] {
				t.Errorf("%s links to %s, and there is no such heading", page, l[1])
			}
		}
	}
}

// tracked is the paths of the clone's files whose names have a pattern.
func tracked(t *testing.T, pattern string) (paths []string) {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "-z", "--", pattern).Output()
	if err != nil {
		t.Skipf("SKIP-NEEDS: a clone of git, to know its files: %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func mustText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// anchors is what GitHub makes of a page's headings.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, h := range heading.FindAllStringSubmatch(text, -1) {
		all[strings.ReplaceAll(silent.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-")] = true
	}
	return all
}

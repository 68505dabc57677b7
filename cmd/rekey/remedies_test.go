package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestRemedies: each command that a message or a document gives in backticks is
// one: it is there, and so are its flags. What the commands do is tried where
// the messages are.
func TestRemedies(t *testing.T) {
	const root = "../../"
	found := 0
	for _, dir := range []string{".", root + "shared", root + "functions", root + "docs", root + "deploy", root +
		"README.md"} {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			for _, line := range commandsIn(t, path) {
				found++
				checkCommand(t, path, line)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 100 {
		t.Errorf("only %d commands were found", found)
	}
}

// spelled is a command in backticks, whatever is set before it.
var spelled = regexp.MustCompile("`(?:env -u \\w+ |[A-Z_]+=\\S+ )?rekey( [^`]*)?`")

func commandsIn(t *testing.T, path string) (lines []string) {
	var texts []string
	switch {
	case strings.HasSuffix(path, "_test.go"):
	case strings.HasSuffix(path, ".go"):
		texts = stringsIn(t, path)
	case strings.HasSuffix(path, ".md"):
		texts = []string{mustText(t, path)}
	}
	for _, text := range texts {
		for _, m := range spelled.FindAllStringSubmatch(text, -1) {
			lines = append(lines, strings.TrimSpace(m[1]))
		}
	}
	return lines
}

func mustText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stringsIn are the strings of a Go file, with a word for what is put into them.
func stringsIn(t *testing.T, path string) (texts []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		text, isText := textOf(e)
		if ok && isText {
			texts = append(texts, text)
		}
		return !isText
	})
	return texts
}

func textOf(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, ok := textOf(e.X)
		right, too := textOf(e.Y)
		if e.Op != token.ADD || !ok && !too {
			return "", false
		}
		if !ok {
			left = "x"
		}
		if !too {
			right = "x"
		}
		return left + right, true
	}
	return "", false
}

// verbs are what a value stands for.
var verbs = regexp.MustCompile(`%(\[\d\])?[a-z]`)

func checkCommand(t *testing.T, path, line string) {
	t.Helper()
	line, _, _ = strings.Cut(strings.ReplaceAll(line, "\n", " "), "...")
	c, rest, err := newRoot().Find(strings.Fields(verbs.ReplaceAllString(line, "x")))
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if unfinished := new(pflag.ValueRequiredError); errors.As(err, &unfinished) || errors.Is(err, pflag.ErrHelp) {
		return // `rekey ping --addr` names a flag
	}
	if err != nil {
		t.Errorf("%s: `rekey %s`: %v", path, line, err)
		return
	}
	given := c.Flags().Args()
	if len(given) > 0 && c.Args != nil {
		if err := c.Args(c, given); err != nil && !strings.Contains(err.Error(), " is missing: ") {
			t.Errorf("%s: `rekey %s`: %v", path, line, err)
		}
	}
}

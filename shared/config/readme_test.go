package config_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/config"
)

var update = flag.Bool("update", false, "write the list of variables into README.md")

const (
	begin = "<!-- variables: begin -->\n"
	end   = "<!-- variables: end -->\n"
)

// TestReadmeTable: the README's list of variables is made of the tags of
// Config. With -update it is written.
func TestReadmeTable(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("there is no README.md yet")
	}
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	list, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README.md has no lines %s and %s", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	want := config.List()
	if list == want {
		return
	}
	if !*update {
		t.Fatalf("the README's list is not that of the code: run go test ./shared/config -update\n got\n%s\nwant\n%s",
			list, want)
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestVariables: every variable has a name that is read and a meaning that is
// told, in one row of the list.
func TestVariables(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(config.List()), "\n")
	if len(rows) != len(config.Variables()) {
		t.Fatalf("the list has %d rows for %d variables", len(rows), len(config.Variables()))
	}
	for i, v := range config.Variables() {
		if !strings.HasPrefix(v.Name, "REKEY_") || len(v.Description) < 10 || strings.Contains(v.Description, "\n") {
			t.Errorf("%+v is not a good row", v)
		}
		row := "- `" + v.Name + "`"
		if v.Default != "" {
			row += " (`" + v.Default + "`)"
		}
		if rows[i] != row+": "+v.Description {
			t.Errorf("%+v stands as %s", v, rows[i])
		}
	}
}

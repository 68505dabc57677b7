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

var update = flag.Bool("update", false, "write the table of variables into README.md")

const (
	begin = "<!-- config table: begin -->\n"
	end   = "<!-- config table: end -->\n"
)

// TestReadmeTable: the README's table of variables is made of the tags of
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
	table, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README.md has no lines %s and %s", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	want := config.Table()
	if table == want {
		return
	}
	if !*update {
		t.Fatalf("the README's table is not that of the code: run go test ./shared/config -update\n got\n%s\nwant\n%s",
			table, want)
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestVariables: every variable has a name that is read and a meaning that is
// told, in one row of the table.
func TestVariables(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(config.Table()), "\n")[2:]
	if len(rows) != len(config.Variables()) {
		t.Fatalf("the table has %d rows for %d variables", len(rows), len(config.Variables()))
	}
	for i, v := range config.Variables() {
		if !strings.HasPrefix(v.Name, "REKEY_") || len(v.Description) < 10 || strings.Contains(v.Description, "|") {
			t.Errorf("%+v is not a good row", v)
		}
		if !strings.HasPrefix(rows[i], "| `"+v.Name+"` | ") || strings.Count(rows[i], "|") != 4 || v.Default != "" &&
			!strings.Contains(rows[i], "| `"+v.Default+"` |") {
			t.Errorf("%+v stands as %s", v, rows[i])
		}
	}
}

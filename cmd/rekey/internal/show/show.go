// Package show is how a command shows what it has found: for people in tables
// and rows, for programs as JSON with the field names of Yandex KMS. A store may
// say anything: what is not plain text is quoted.
package show

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"rekey/shared/key"
	"rekey/shared/plain"
	"rekey/shared/strictjson"
)

// JSON prints a document.
func JSON(w io.Writer, document any) error {
	b, err := strictjson.MarshalIndent(document)
	if err != nil {
		return err
	}
	_, err = w.Write(plain.JSON(b))
	return err
}

// Row prints one fact.
func Row(w io.Writer, name, format string, args ...any) {
	for i, arg := range args { // a path may hold anything
		if s, ok := arg.(string); ok {
			args[i] = plain.Text(s)
		}
	}
	fmt.Fprintf(w, "%-10s  "+format+"\n", append([]any{name}, args...)...)
}

var trailing = regexp.MustCompile(` +\n`)

// Table prints aligned columns, without an empty last one.
func Table(w io.Writer, header []string, rows ...[]string) error {
	last := len(header) - 1
	notes := ""
	for _, r := range rows {
		notes += r[last]
	}
	if notes == "" {
		header = header[:last]
	}
	var aligned strings.Builder
	columns := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	for _, r := range append([][]string{header}, rows...) {
		fmt.Fprintln(columns, strings.Join(All(r[:len(header)], plain.Text), "\t"))
	}
	columns.Flush() // a Builder never fails
	_, err := io.WriteString(w, trailing.ReplaceAllString(aligned.String(), "\n"))
	return err
}

// Called is a key's id, and its name if it has one.
func Called(id key.ID, name string) string {
	if name == "" {
		return plain.Text(string(id))
	}
	return fmt.Sprintf("%s (%s)", plain.Text(string(id)), plain.Text(name))
}

// Stamp is a time for people, in UTC to the second.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

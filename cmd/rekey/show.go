package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
	"rekey/shared/strictjson"
)

// showKey prints a key, what was done to it, and what of it is to be destroyed;
// or its JSON.
func (a *app) showKey(k *keyadmin.Key, done string) error {
	a.changed = done != ""
	if a.json {
		return a.printJSON(keyDocument(k))
	}
	if done != "" {
		fmt.Fprintf(a.out, "Key %s %s.\n\n", plain.Text(string(k.ID)), done)
	}
	if err := a.table(keyHeader, keyRow(k)); err != nil || len(k.Scheduled) == 0 {
		return err
	}
	fmt.Fprint(a.out, "\nScheduled for destruction, which `rekey keys cancel-destruction` takes back:\n\n")
	return a.table(versionHeader, versionRows(k.Scheduled)...)
}

// showAgain is showKey for a key that has just been rotated to v.
func (a *app) showAgain(ctx context.Context, ad keyadmin.Admin, v *keyadmin.Version, done string) error {
	k, err := ad.Get(ctx, v.KeyID)
	if err != nil {
		return fmt.Errorf("%w: key %s was %s, to version %s, and could not be looked at: %w", keyadmin.ErrDiffers, v.KeyID, done, v.ID, err)
	}
	if k.PrimaryVersion == nil || k.PrimaryVersion.ID != v.ID {
		return fmt.Errorf("%w: key %s was %s, to version %s, and somebody else has set another primary since: see `rekey keys get %[2]s`", keyadmin.ErrDiffers, v.KeyID, done, v.ID)
	}
	return a.showKey(k, done)
}

// showKeys prints keys; standard error says what could not be seen, and JSON
// does as well.
func (a *app) showKeys(all []*keyadmin.Key, unseen error) error {
	if a.json {
		docs := make([]keyJSON, 0, len(all))
		for _, k := range all {
			docs = append(docs, keyDocument(k))
		}
		return a.printJSON(keysJSON{docs, unseenDocument(unseen)})
	}
	if len(all) == 0 {
		if unseen == nil {
			fmt.Fprintln(a.out, "No keys. `rekey keys create` makes one.")
		}
		return nil
	}
	var rows [][]string
	for _, k := range all {
		rows = append(rows, keyRow(k))
	}
	return a.table(keyHeader, rows...)
}

// keysJSON is a list of keys as JSON.
type keysJSON struct {
	Keys   []keyJSON    `json:"keys"`
	Unseen []unseenJSON `json:"unseen,omitzero"`
}

func (a *app) showVersion(v *keyadmin.Version, done string) error {
	a.changed = true
	if a.json {
		return a.printJSON(versionDocument(v))
	}
	fmt.Fprintf(a.out, "Version %s of key %s %s.\n\n", plain.Text(string(v.ID)), plain.Text(string(v.KeyID)), done)
	return a.table(versionHeader, versionRow(v))
}

func (a *app) showVersions(all []*keyadmin.Version) error {
	if a.json {
		docs := make([]versionJSON, 0, len(all))
		for _, v := range all {
			docs = append(docs, versionDocument(v))
		}
		return a.printJSON(map[string]any{"keyVersions": docs})
	}
	return a.table(versionHeader, versionRows(all)...)
}

func versionRows(all []*keyadmin.Version) (rows [][]string) {
	for _, v := range all {
		rows = append(rows, versionRow(v))
	}
	return rows
}

var (
	keyHeader     = []string{"ID", "NAME", "STATUS", "ALGORITHM", "PRIMARY VERSION", "CREATED", "NOTE"}
	versionHeader = []string{"ID", "STATUS", "ALGORITHM", "PRIMARY", "CREATED", "NOTE"}
)

func keyRow(k *keyadmin.Key) []string {
	primary := "-"
	if k.PrimaryVersion != nil {
		primary = string(k.PrimaryVersion.ID)
	}
	return []string{string(k.ID), dash(k.Name), k.Status.String(), algorithmName(k.DefaultAlgorithm, "-"), primary, stamp(k.CreatedAt), k.Note()}
}

func versionRow(v *keyadmin.Version) []string {
	primary, note := "", ""
	if v.Primary {
		primary = "yes"
	}
	switch {
	case v.DestroyAt.IsZero(): // of what is destroyed Lockbox forgets when
	case v.Status == key.VersionScheduled:
		note = "to be destroyed " + keyadmin.Date(v.DestroyAt)
	case v.Status == key.VersionDestroyed:
		note = "destroyed " + keyadmin.Date(v.DestroyAt)
	}
	return []string{string(v.ID), v.Status.String(), algorithmName(v.Algorithm, "-"), primary, stamp(v.CreatedAt), note}
}

// algorithmName names an algorithm. In Lockbox a version may have none.
func algorithmName(a key.Algorithm, none string) string {
	if !a.Valid() {
		return none
	}
	return a.String()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// stamp is a time for people, in UTC to the second.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// table prints aligned columns, without an empty last one. A store may say
// anything: a cell that is not plain is quoted.
func (a *app) table(header []string, rows ...[]string) error {
	last := len(header) - 1
	notes := ""
	for _, r := range rows {
		notes += r[last]
	}
	if notes == "" {
		header = header[:last]
	}
	var aligned strings.Builder
	w := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	for _, r := range append([][]string{header}, rows...) {
		var cells []string
		for _, c := range r[:len(header)] {
			cells = append(cells, plain.Text(c))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	w.Flush() // a Builder never fails
	trailing := regexp.MustCompile(` +\n`)
	_, err := io.WriteString(a.out, trailing.ReplaceAllString(aligned.String(), "\n"))
	return err
}

func (a *app) printJSON(document any) error {
	b, err := strictjson.MarshalIndent(document)
	if err != nil {
		return err
	}
	_, err = a.out.Write(plain.JSON(b))
	return err
}

func (a *app) warnf(format string, args ...any) {
	fmt.Fprintf(a.err, "rekey: warning: %s\n", plain.Lines(fmt.Sprintf(format, args...)))
}

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
	"rekey/shared/strictjson"
)

// showKey prints a key, and what was done to it, or its JSON.
func (a *app) showKey(k *keyadmin.Key, done string) error {
	if a.json {
		return a.printJSON(keyDocument(k))
	}
	if done != "" {
		fmt.Fprintf(a.out, "Key %s %s.\n\n", k.ID, done)
	}
	return a.table(keyHeader, keyRow(k))
}

// showAgain is showKey for a key that has just been changed.
func (a *app) showAgain(ctx context.Context, ad keyadmin.Admin, id key.ID, done string) error {
	k, err := ad.Get(ctx, id)
	if err != nil {
		return err
	}
	return a.showKey(k, done)
}

func (a *app) showKeys(all []*keyadmin.Key) error {
	if a.json {
		docs := make([]keyJSON, 0, len(all))
		for _, k := range all {
			docs = append(docs, keyDocument(k))
		}
		return a.printJSON(map[string]any{"keys": docs})
	}
	if len(all) == 0 {
		fmt.Fprintln(a.out, "No keys. `rekey keys create` makes one.")
		return nil
	}
	var rows [][]string
	for _, k := range all {
		rows = append(rows, keyRow(k))
	}
	return a.table(keyHeader, rows...)
}

func (a *app) showVersion(v *keyadmin.Version, done string) error {
	if a.json {
		return a.printJSON(versionDocument(v))
	}
	fmt.Fprintf(a.out, "Version %s of key %s %s.\n\n", v.ID, v.KeyID, done)
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
	var rows [][]string
	for _, v := range all {
		rows = append(rows, versionRow(v))
	}
	return a.table(versionHeader, rows...)
}

var (
	keyHeader     = []string{"ID", "NAME", "STATUS", "ALGORITHM", "PRIMARY VERSION", "CREATED", "NOTE"}
	versionHeader = []string{"ID", "STATUS", "ALGORITHM", "PRIMARY", "CREATED", "NOTE"}
)

func keyRow(k *keyadmin.Key) []string {
	primary, note := "-", ""
	if k.PrimaryVersion != nil {
		primary = string(k.PrimaryVersion.ID)
	}
	if !k.DeleteAt.IsZero() {
		note = "to be deleted " + keyadmin.Date(k.DeleteAt)
	}
	return []string{string(k.ID), dash(k.Name), k.Status.String(), k.DefaultAlgorithm.String(), primary, stamp(k.CreatedAt), note}
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
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// table prints aligned columns, without an empty last one.
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
		fmt.Fprintln(w, strings.Join(r[:len(header)], "\t"))
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
	_, err = a.out.Write(b)
	return err
}

func (a *app) warnf(format string, args ...any) {
	fmt.Fprintf(a.err, "rekey: warning: "+format+"\n", args...)
}

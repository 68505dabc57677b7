package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
	"rekey/shared/store/file/admin"
)

// keyringCommand is `rekey keyring ...`: the care of the file as a whole.
func (a *app) keyringCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "keyring",
		Short: "Check, back up, restore and repair the keyring file",
		Long: `Look after the keyring file as a whole. Without it nothing can be decrypted, and
whoever can read it, or a backup of it, can decrypt everything.`,
		Args: subcommands,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{a.keyringCheck(), a.keyringBackup(), a.keyringRestore(), a.keyringRepair(),
		a.keyringPassphrase()} {
		a.keyringFlag(sub)
		sub.Flags().BoolVar(&a.json, "json", false, "print one JSON document")
		c.AddCommand(sub)
	}
	return c
}

// keeper is for a keyring that need not be good. It is about the file, at a
// path of the configuration's, wherever keys are kept otherwise.
func (a *app) keeper(path func(*settings) (string, error)) (*admin.Keeper, *settings, error) {
	process.Attend() // as admin does
	a.store = string(config.StoreFile)
	c, err := a.config()
	if err != nil {
		return nil, nil, err
	}
	at, err := path(c)
	if err != nil {
		return nil, nil, exit.Missing(err)
	}
	k, err := admin.Keep(at, admin.Options{Window: c.Window(), Passphrase: c.passphrase, Shared: c.AllowReadableSecrets,
		Late: a.late})
	return k, c, err
}

// noStream refuses - for a file: a backup is a file of mode 0600, on the disk
// when the command ends.
func noStream(path string) error {
	if path == "-" {
		return exit.Usagef("a backup is a file, not a stream: name one")
	}
	if path == "" {
		return exit.Usagef("FILE is empty: name one")
	}
	return nil
}

// keyringJSON is what a keyring holds, as JSON.
type keyringJSON struct {
	Path       string        `json:"path"`
	Format     int           `json:"format"`
	Encrypted  bool          `json:"encrypted"`
	Generation uint64        `json:"generation"`
	Keys       int           `json:"keys"`
	Versions   int           `json:"versions"`
	Overdue    int           `json:"overdue"`
	Scheduled  []versionJSON `json:"scheduled"`
}

func keyringDocument(r *admin.Report) keyringJSON {
	d := keyringJSON{Path: r.Path, Format: r.Format, Encrypted: r.Encrypted, Generation: r.Generation, Keys: r.Keys,
		Versions: r.Versions, Overdue: r.Overdue}
	d.Scheduled = make([]versionJSON, 0, len(r.Scheduled))
	for _, v := range r.Scheduled {
		d.Scheduled = append(d.Scheduled, versionDocument(v))
	}
	return d
}

// row prints one fact.
func (a *app) row(name string, format string, args ...any) {
	for i, arg := range args { // a path may hold anything
		if s, ok := arg.(string); ok {
			args[i] = plain.Text(s)
		}
	}
	fmt.Fprintf(a.out, "%-10s  "+format+"\n", append([]any{name}, args...)...)
}

// showKeyring prints what a keyring holds.
func (a *app) showKeyring(r *admin.Report) {
	a.row("path", "%s", r.Path)
	a.row("format", "%d", r.Format)
	a.row("at rest", "%s", atRest(r))
	a.row("generation", "%d", r.Generation)
	a.row("keys", "%d", r.Keys)
	a.row("versions", "%d", r.Versions)
	for _, v := range r.Scheduled {
		a.row("scheduled", "version %s of key %s, to be destroyed %s", v.ID, v.KeyID, keyadmin.Date(v.DestroyAt))
	}
	if r.Overdue > 0 {
		a.row("overdue", "%d, whose material leaves the file with the next `rekey keys` command", r.Overdue)
	}
}

func atRest(r *admin.Report) string {
	if r.Encrypted {
		return "encrypted with a passphrase"
	}
	return "in plain text"
}

// Package keyring is `rekey keyring ...`: the care of the keyring file as a
// whole.
package keyring

import (
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/cmd/rekey/internal/settings"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/admin"
)

// group is what the commands share.
type group struct {
	*cli.Streams
	flags *settings.Flags
	json  bool // --json
}

// Command is the group with its commands.
func Command(s *cli.Streams) *cobra.Command {
	g := &group{Streams: s, flags: settings.New(s)}
	c := cli.Parent(&cobra.Command{
		Use:   "keyring",
		Short: "Check, back up, restore and repair the keyring file",
		Long: `Look after the keyring file as a whole. Without it nothing can be decrypted, and
anyone who can read it, or a backup of it, can decrypt everything.`,
		Example: "  rekey keyring check",
	}, g.check(), g.backup(), g.restore(), g.repair(), g.setPassphrase())
	for _, sub := range c.Commands() {
		g.flags.DeclareKeyring(sub)
		sub.Flags().BoolVar(&g.json, "json", false, "print one JSON document")
	}
	return c
}

// noArgs is for commands of the keyring that flags name.
var noArgs = cli.NoArgs("`--keyring FILE` names a keyring")

// keeper opens a keyring that need not be good. It is about the file, at a path
// of the configuration's, wherever keys are kept otherwise.
func (g *group) keeper(path func(*settings.Settings) (string, error)) (*admin.Keeper, *settings.Settings, error) {
	process.Attend() // a signal ends it by its context
	g.flags.Store = string(config.StoreFile)
	s, err := g.flags.Load()
	if err != nil {
		return nil, nil, err
	}
	at, err := path(s)
	if err != nil {
		return nil, nil, exit.Missing(err)
	}
	k, err := s.OpenKeeper(at)
	return k, s, err
}

// existing is where the keyring is.
func existing(s *settings.Settings) (string, error) { return s.ExistingKeyring() }

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

// document is what a keyring holds, as JSON.
type document struct {
	Path       string         `json:"path"`
	Format     int            `json:"format"`
	Encrypted  bool           `json:"encrypted"`
	Generation uint64         `json:"generation"`
	Keys       int            `json:"keys"`
	Versions   int            `json:"versions"`
	Overdue    int            `json:"overdue"`
	Scheduled  []show.Version `json:"scheduled"`
}

func documentOf(r *admin.Report) document {
	return document{Path: r.Path, Format: r.Format, Encrypted: r.Encrypted, Generation: r.Generation, Keys: r.Keys,
		Versions: r.Versions, Overdue: r.Overdue, Scheduled: show.All(r.Scheduled, show.VersionOf)}
}

func (g *group) row(name, format string, args ...any) { show.Row(g.Out, name, format, args...) }

// showChange says what was done, and prints the keyring.
func (g *group) showChange(r *admin.Report, done string) error {
	g.Changed = true
	if g.json {
		return show.JSON(g.Out, documentOf(r))
	}
	fmt.Fprintf(g.Out, "%s\n\n", done)
	g.show(r)
	return nil
}

// show prints what a keyring holds.
func (g *group) show(r *admin.Report) {
	g.row("path", "%s", r.Path)
	g.row("format", "%d", r.Format)
	g.row("at rest", "%s", atRest(r))
	g.row("generation", "%d", r.Generation)
	g.row("keys", "%d", r.Keys)
	g.row("versions", "%d", r.Versions)
	for _, v := range r.Scheduled {
		g.row("scheduled", "version %s of key %s, to be destroyed %s", v.ID, v.KeyID, keyadmin.Date(v.DestroyAt))
	}
	if r.Overdue > 0 {
		g.row("overdue", "%d, whose material leaves the file with the next `rekey keys` command", r.Overdue)
	}
}

func atRest(r *admin.Report) string {
	if r.Encrypted {
		return "encrypted with a passphrase"
	}
	return "in plain text"
}

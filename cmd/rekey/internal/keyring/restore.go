package keyring

import (
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/settings"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/boot"
	"rekey/shared/config"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
)

// restored is a keyring that was restored.
type restored struct {
	document
	BackupGeneration uint64 `json:"backupGeneration"`
	Replaced         string `json:"replaced,omitzero"`
	Lost             []loss `json:"lost"`
}

type loss struct {
	KeyID     string `json:"keyId"`
	VersionID string `json:"versionId"`
}

func (g *group) restore() *cobra.Command {
	var older bool
	var phrase string
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the keyring",
		Long: `Verify a backup and put it in the place of the keyring, which may be good,
damaged or missing. The keyring that was there stays beside it under another
name. Running servers go on with the restored one.

A backup older than the keyring is or has been, or one that lacks some of its
keys or versions, is refused without --older.
A version that was only scheduled in the backup, and whose time has come since,
is destroyed in what is restored.`,
		Example:     "  rekey keyring restore keyring.backup",
		Annotations: cli.Unguessed,
		Args:        cli.Args("FILE"),
		RunE: func(c *cobra.Command, given []string) error {
			if err := checkBackup(given[0], phrase); err != nil {
				return err
			}
			k, s, err := g.keeper(keyringPath)
			if err != nil {
				return err
			}
			r, err := k.Restore(c.Context(), admin.Backup{Path: given[0], Passphrase: backupPassphrase(s, phrase)},
				older)
			if err != nil {
				return err
			}
			return g.showRestoration(r)
		},
	}
	c.Flags().StringVar(&phrase, "backup-passphrase-file", "",
		"a `FILE` with the passphrase of the backup, if that is another one")
	c.Flags().BoolVar(&older, "older", false,
		"go back: give up what only the keyring has, and take back what it has destroyed")
	return c
}

// checkBackup checks what names a backup and its passphrase.
func checkBackup(file, phrase string) error {
	if err := noStream(file); err != nil {
		return err
	}
	if err := config.CheckFile("FILE", file); err != nil || phrase == "" {
		return exit.Missing(exit.Setting(err))
	}
	return exit.Setting(config.CheckFile("--backup-passphrase-file", phrase))
}

// backupPassphrase is that of a backup: in its own file, or the keyring's
// (where a person is asked, another one can be typed).
func backupPassphrase(s *settings.Settings, file string) *passphrase.Passphrase {
	if file != "" {
		return boot.PassphraseFile(&s.Config, file)
	}
	return s.Passphrase
}

func (g *group) showRestoration(r *admin.Restoration) error {
	g.Changed = !r.AlreadyDone
	g.warnRestoration(r)
	if g.json {
		return show.JSON(g.Out, restored{documentOf(&r.Report), r.From, r.Replaced, show.All(r.Lost, lossOf)})
	}
	if r.AlreadyDone {
		fmt.Fprintf(g.Out, "The keyring equals the backup already: nothing was changed.\n\n")
	} else {
		fmt.Fprintf(g.Out, "The keyring is restored from a backup of generation %d.\n\n", r.From)
	}
	g.showRestored(r)
	return nil
}

// showRestored prints the keyring, and what became of the one before.
func (g *group) showRestored(r *admin.Restoration) {
	g.show(&r.Report)
	if r.Replaced != "" {
		g.row("replaced", "%s  (it holds keys: remove it when you no longer need it)", r.Replaced)
	}
	for _, l := range r.Lost {
		g.row("lost", "version %s of key %s", l.Version, l.Key)
	}
}

// warnRestoration speaks of the one case in which a generation may come twice.
func (g *group) warnRestoration(r *admin.Restoration) {
	if !r.AlreadyDone && !r.Remembered {
		g.Warnf("no newer generation of it is known: restart running servers that refuse this one")
	}
}

func lossOf(l admin.Loss) loss { return loss{string(l.Key), string(l.Version)} }

func keyringPath(s *settings.Settings) (string, error) { return s.KeyringPath() }

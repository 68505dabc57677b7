package keyring

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/message"
	"rekey/shared/config"
)

func (g *group) backup() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the keyring, once it is verified, to a file of mode 0600",
		Long: `Verify the keyring and copy it to FILE, mode 0600, which is there whole or not
at all. Versions whose time has come lose their material first. A file that
exists stays, without --force. The backup opens everything that the keyring
does: keep it where you would keep the keyring, and elsewhere.`,
		Example:    "  rekey keyring backup keyring.backup",
		SuggestFor: []string{"copy", "save", "dump"},
		Args:       cli.Args("FILE"),
		RunE:       func(c *cobra.Command, given []string) error { return g.copyTo(c.Context(), given[0], force) },
	}
	c.Flags().BoolVar(&force, "force", false, "overwrite FILE if it exists")
	return c
}

func (g *group) copyTo(ctx context.Context, file string, force bool) error {
	if err := checkNew(file); err != nil {
		return err
	}
	k, s, err := g.keeper(existing)
	if err != nil {
		return err
	}
	if err := (message.Output{Path: file, Never: s.KeyFiles()}).CheckNever(); err != nil {
		return err
	}
	ad, err := s.OpenAdmin(false)
	if err != nil {
		return err
	}
	s.Purge(ctx, ad)
	r, err := k.Backup(file, force)
	if err != nil {
		return err
	}
	return g.showChange(r, "The keyring is backed up. "+whoReads(r, "the backup"))
}

// checkNew checks what names a new backup.
func checkNew(file string) error {
	if message.IsDescriptor(file) {
		file = "-"
	}
	return cmp.Or(noStream(file), exit.Setting(config.CheckNew("FILE", file)))
}

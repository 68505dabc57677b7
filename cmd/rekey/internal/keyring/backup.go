package keyring

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/message"
	"rekey/cmd/rekey/internal/show"
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
		RunE: func(c *cobra.Command, given []string) error {
			file := given[0]
			if message.IsDescriptor(file) {
				file = "-"
			}
			if err := cmp.Or(noStream(file), exit.Setting(config.CheckNew("FILE", file))); err != nil {
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
			s.Purge(c.Context(), ad)
			r, err := k.Backup(file, force)
			if err != nil {
				return err
			}
			g.Changed = true
			if g.json {
				return show.JSON(g.Out, documentOf(r))
			}
			fmt.Fprintf(g.Out, "The keyring is backed up. %s\n\n", whoReads(r, "the backup"))
			g.show(r)
			return nil
		},
	}
	c.Flags().BoolVar(&force, "force", false, "overwrite FILE if it exists")
	return c
}

package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
)

func (a *app) keyringBackup() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the keyring, once it is verified, to a file of mode 0600",
		Long: `Verify the keyring and copy it to FILE, mode 0600, which is there whole or not
at all. Versions whose time has come lose their material first. A file that
exists stays, without --force. The backup opens everything that the keyring
does: keep it where you would keep the keyring, and elsewhere.`,
		Args: args("FILE"),
		RunE: func(c *cobra.Command, given []string) error {
			if err := cmp.Or(noStream(given[0]), noDescriptor(given[0]),
				exit.Setting(config.CheckNew("FILE", given[0]))); err != nil {
				return err
			}
			k, cfg, err := a.keeper((*settings).ExistingKeyring)
			if err != nil {
				return err
			}
			if t, err := resolve(given[0]); err == nil {
				if err := (replacing{never: cfg.keyFiles()}).mayReplace(t); err != nil {
					return err
				}
			}
			ad, err := openAdmin(cfg, false)
			if err != nil {
				return err
			}
			a.purge(c.Context(), ad)
			r, err := k.Backup(given[0], force)
			if err != nil {
				return err
			}
			a.changed = true
			if a.json {
				return a.printJSON(keyringDocument(r))
			}
			fmt.Fprintln(a.out, "The keyring is backed up. "+whoReads(r, "the backup"))
			fmt.Fprintln(a.out)
			a.showKeyring(r)
			return nil
		},
	}
	c.Flags().BoolVar(&force, "force", false, "overwrite FILE if it exists")
	return c
}

// noDescriptor is noStream for the other names of one.
func noDescriptor(path string) error {
	if name, _, _ := descriptor(path); name != "" {
		return noStream("-")
	}
	return nil
}

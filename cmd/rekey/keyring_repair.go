package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/store/file/admin"
)

// repairJSON is a keyring that was repaired, or needed no repair.
type repairJSON struct {
	keyringJSON
	Altered  string `json:"altered,omitzero"`
	Replaced string `json:"replaced,omitzero"`
}

func (a *app) keyringRepair() *cobra.Command {
	var older bool
	c := &cobra.Command{
		Use:   "repair",
		Short: "Write a keyring as it was that another program has changed",
		Long: `Write a keyring as it was whose content is intact, as its checksum proves, and
which another program has changed: its line ends (git, editors), its encoding
(UTF-16), its format (jq), or other text around it. What was there stays beside
it under another name. Nothing is written if the keyring is good, or damaged.`,
		Args: args(),
		RunE: func(c *cobra.Command, _ []string) error {
			k, _, err := a.keeper((*settings).ExistingKeyring)
			if err != nil {
				return err
			}
			r, altered, err := k.Repair(c.Context(), older)
			if err != nil {
				return exit.Missing(err)
			}
			return a.showRepair(k, r, altered)
		},
	}
	c.Flags().BoolVar(&older, "older", false, "repair a keyring that is older than the keyring there has been, too")
	return c
}

func (a *app) showRepair(k *admin.Keeper, r *admin.Restoration, altered string) error {
	if altered == "" {
		p, err := k.Check()
		if err != nil {
			return exit.Missing(err)
		}
		r = &admin.Restoration{Report: *p, AlreadyDone: true}
	}
	a.warnRestoration(r)
	if a.json {
		return a.printJSON(repairJSON{keyringDocument(&r.Report), altered, r.Replaced})
	}
	if r.AlreadyDone {
		fmt.Fprint(a.out, "The keyring is good: nothing was changed.\n\n")
	} else {
		fmt.Fprintf(a.out, "The keyring is repaired (%s).\n\n", altered)
	}
	a.showRestored(r)
	return nil
}

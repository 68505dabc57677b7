package keyring

import (
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/store/file/admin"
)

// repaired is a keyring that was repaired, or needed no repair.
type repaired struct {
	document
	Altered  string `json:"altered,omitzero"`
	Replaced string `json:"replaced,omitzero"`
}

func (g *group) repair() *cobra.Command {
	var older bool
	c := &cobra.Command{
		Use:   "repair",
		Short: "Undo another program's change of the keyring file",
		Long: `Undo what another program did to a keyring whose content is intact, as its
checksum proves: to its line ends (git, editors), its encoding (UTF-16), its
format (jq), or with other text around it. The changed file stays beside it
under another name. Nothing is written if the keyring is good, or damaged.`,
		Example:    "  rekey keyring repair",
		SuggestFor: []string{"fix", "mend"},
		Args:       noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k, _, err := g.keeper(existing)
			if err != nil {
				return err
			}
			r, altered, err := k.Repair(c.Context(), older)
			if err != nil {
				return exit.Missing(err)
			}
			return g.showRepair(k, r, altered)
		},
	}
	c.Flags().BoolVar(&older, "older", false, "also repair a keyring that is older than one that was here")
	return c
}

func (g *group) showRepair(k *admin.Keeper, r *admin.Restoration, altered string) error {
	if altered == "" {
		p, err := k.Check()
		if err != nil {
			return exit.Missing(err)
		}
		r = &admin.Restoration{Report: *p, AlreadyDone: true}
	}
	g.warnRestoration(r)
	if g.json {
		return show.JSON(g.Out, repaired{documentOf(&r.Report), altered, r.Replaced})
	}
	if r.AlreadyDone {
		fmt.Fprint(g.Out, "The keyring is good: nothing was changed.\n\n")
	} else {
		fmt.Fprintf(g.Out, "The keyring is repaired (%s).\n\n", altered)
	}
	g.showRestored(r)
	return nil
}

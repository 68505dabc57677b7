package keys

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

func (g *group) list() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the keys",
		Long: `List the keys, the oldest first, with their status and primary version.
Material is never shown.`,
		Example: `  rekey keys list
  rekey keys list --json
  rekey keys list --store lockbox`,
		SuggestFor: []string{"ls"},
		Args:       cli.NoArgs("`rekey keys get KEY` shows one key"),
		RunE: func(c *cobra.Command, _ []string) error {
			_, ad, err := g.open(c.Context())
			if err != nil {
				return err
			}
			found, err := list(c.Context(), ad, all)
			if err != nil && !errors.Is(err, keyadmin.ErrUnseen) {
				return err
			}
			return errors.Join(g.showKeys(found, err), err)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "show also deleted keys, which still block an id or a name")
	return c
}

// list returns the keys, or with all also those that are deleted permanently: both
// stores keep something of them.
func list(ctx context.Context, ad keyadmin.Admin, all bool) ([]*keyadmin.Key, error) {
	if all {
		return ad.(keyadmin.Lister).ListAll(ctx)
	}
	return ad.List(ctx)
}

func (g *group) get() *cobra.Command {
	return &cobra.Command{
		Use:        "get KEY",
		Short:      "Show one key",
		Long:       "Show one key, as list does.",
		Example:    "  rekey keys get orders",
		SuggestFor: []string{"show", "describe", "info", "view"},
		Args:       cli.Args("KEY"),
		RunE: g.withKey(func(_ context.Context, _ keyadmin.Admin, k *keyadmin.Key) error {
			if err := g.showKey(k, ""); err != nil || k.FolderID == "" || g.json {
				return err
			}
			_, err := fmt.Fprintf(g.Out, "\nIn folder %s.\n", plain.Text(k.FolderID))
			return err
		}),
	}
}

func (g *group) versions() *cobra.Command {
	return &cobra.Command{
		Use:   "versions KEY",
		Short: "List the versions of a key, the destroyed too",
		Long: `List the versions of a key, the oldest first: which is the primary, which are
scheduled for destruction and when, which are destroyed.`,
		Example:    "  rekey keys versions orders",
		SuggestFor: []string{"list-versions", "history"},
		Args:       cli.Args("KEY"),
		RunE: g.withKey(func(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
			all, err := ad.Versions(ctx, k.ID)
			if err != nil {
				return err
			}
			return g.showVersions(all)
		}),
	}
}

package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
)

func (a *app) keysList() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the keys",
		Args:  args(),
		RunE: func(c *cobra.Command, _ []string) error {
			ad, err := a.admin(false)
			if err != nil {
				return err
			}
			a.purge(c.Context(), ad)
			found, err := list(c.Context(), ad, all)
			if err != nil && !errors.Is(err, keyadmin.ErrUnseen) {
				return err
			}
			return errors.Join(a.showKeys(found, err), err)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "show those that are deleted for ever, too, and block an id or a name")
	return c
}

// list returns the keys, or with all also those that are deleted for ever: both
// stores keep something of them.
func list(ctx context.Context, ad keyadmin.Admin, all bool) ([]*keyadmin.Key, error) {
	if all {
		return ad.(keyadmin.Lister).ListAll(ctx)
	}
	return ad.List(ctx)
}

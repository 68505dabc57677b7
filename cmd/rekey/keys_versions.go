package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
)

func (a *app) keysVersions() *cobra.Command {
	return &cobra.Command{
		Use:   "versions KEY",
		Short: "List the versions of a key, the destroyed too",
		Args:  args("KEY"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				all, err := ad.Versions(c.Context(), k.ID)
				if err != nil {
					return err
				}
				return a.showVersions(all)
			})
		},
	}
}

package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
)

func (a *app) keysCancel() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel-destruction KEY VERSION",
		Short: "Take back a scheduled destruction",
		Args:  args("KEY", "VERSION"),
		RunE: func(c *cobra.Command, given []string) error {
			v, err := versionArg(given[1])
			if err != nil {
				return err
			}
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				version, err := ad.CancelDestruction(c.Context(), k.ID, v)
				if err != nil {
					return err
				}
				return a.showVersion(version, "is ACTIVE again")
			})
		},
	}
}

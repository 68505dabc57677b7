package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysCancel() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel-destruction KEY VERSION",
		Short: "Take back a scheduled destruction",
		Args:  args("KEY", "VERSION"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withVersion(c.Context(), given, func(ad keyadmin.Admin, k *keyadmin.Key, v key.VersionID) error {
				version, err := ad.CancelDestruction(c.Context(), k.ID, v)
				if err != nil {
					return err
				}
				return a.showVersion(version, "is ACTIVE again")
			})
		},
	}
}

package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysSetPrimary() *cobra.Command {
	return &cobra.Command{
		Use:   "set-primary KEY VERSION",
		Short: "Encrypt with this version from now on",
		Args:  args("KEY", "VERSION"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withVersion(c.Context(), given, func(ad keyadmin.Admin, k *keyadmin.Key, v key.VersionID) error {
				k, err := ad.SetPrimary(c.Context(), k.ID, v)
				if err != nil {
					return err
				}
				return a.showKey(k, "changed")
			})
		},
	}
}

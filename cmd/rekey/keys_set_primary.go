package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
)

func (a *app) keysSetPrimary() *cobra.Command {
	return &cobra.Command{
		Use:   "set-primary KEY VERSION",
		Short: "Encrypt with this version from now on",
		Args:  args("KEY", "VERSION"),
		RunE: func(c *cobra.Command, given []string) error {
			v, err := versionArg(given[1])
			if err != nil {
				return err
			}
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				k, err := ad.SetPrimary(c.Context(), k.ID, v)
				if err != nil {
					return err
				}
				return a.showKey(k, "changed")
			})
		},
	}
}

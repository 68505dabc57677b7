package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysEnable() *cobra.Command {
	return a.setStatus("enable KEY", "Let a disabled key encrypt and decrypt again", key.Active, "enabled")
}

func (a *app) keysDisable() *cobra.Command {
	return a.setStatus("disable KEY", "Make a key neither encrypt nor decrypt until it is enabled", key.Inactive, "disabled")
}

func (a *app) setStatus(use, short string, s key.Status, done string) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  args("KEY"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				k, err := ad.SetStatus(c.Context(), k.ID, s)
				if err != nil {
					return err
				}
				return a.showKey(k, done)
			})
		},
	}
}

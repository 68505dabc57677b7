package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
)

func (a *app) keysGet() *cobra.Command {
	return &cobra.Command{
		Use:   "get KEY",
		Short: "Show one key",
		Args:  args("KEY"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withKey(c.Context(), given[0], func(_ keyadmin.Admin, k *keyadmin.Key) error { return a.showKey(k, "") })
		},
	}
}

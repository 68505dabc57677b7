package main

import (
	"github.com/spf13/cobra"
)

func (a *app) keysList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys",
		Args:  args(),
		RunE: func(c *cobra.Command, _ []string) error {
			ad, err := a.admin(false)
			if err != nil {
				return err
			}
			a.purge(c.Context(), ad)
			all, err := ad.List(c.Context())
			if err != nil {
				return err
			}
			return a.showKeys(all)
		},
	}
}

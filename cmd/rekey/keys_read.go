package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
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

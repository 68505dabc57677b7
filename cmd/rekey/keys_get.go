package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

func (a *app) keysGet() *cobra.Command {
	return &cobra.Command{
		Use:   "get KEY",
		Short: "Show one key",
		Args:  args("KEY"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withKey(c.Context(), given[0], func(_ keyadmin.Admin, k *keyadmin.Key) error {
				if err := a.showKey(k, ""); err != nil || k.FolderID == "" || a.json {
					return err
				}
				_, err := fmt.Fprintf(a.out, "\nIn folder %s.\n", plain.Text(k.FolderID))
				return err
			})
		},
	}
}

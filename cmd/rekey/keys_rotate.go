package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysRotate() *cobra.Command {
	var algorithm string
	c := &cobra.Command{
		Use:   "rotate KEY",
		Short: "Add a version with fresh material and make it the primary",
		Long: `Add a version with fresh material and make it the primary: what is encrypted
from now on is encrypted with it. The old versions go on decrypting.`,
		Args: args("KEY"),
		RunE: func(c *cobra.Command, given []string) error {
			alg, err := algorithmFlag("algorithm", algorithm)
			if err != nil {
				return err
			}
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				v, err := ad.Rotate(c.Context(), k.ID, alg)
				if err != nil {
					return err
				}
				return a.showAgain(c.Context(), ad, v, "rotated")
			})
		},
	}
	c.Flags().StringVar(&algorithm, "algorithm", "", "`ALGORITHM`: "+key.AlgorithmNames+" (default: the key's)")
	a.materialFlag(c, "as for the key's last version")
	return c
}

package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysCreate() *cobra.Command {
	var name, id, algorithm string
	c := &cobra.Command{
		Use:   "create",
		Short: "Create a key with a first version",
		Args:  args(),
		RunE: func(c *cobra.Command, _ []string) error {
			alg, err := algorithmFlag("algorithm", algorithm)
			if err != nil {
				return err
			}
			creation := keyadmin.Creation{ID: key.ID(id), Name: name, Algorithm: alg}
			if err := checkCreation(creation); err != nil {
				return err
			}
			ad, err := a.admin(true)
			if err != nil {
				return err
			}
			k, err := ad.Create(c.Context(), creation)
			if err != nil {
				return err
			}
			a.sayMade()
			return a.showKey(k, "created")
		},
	}
	c.Flags().StringVar(&name, "name", "", "a `NAME` for people, unlike any other name or id")
	c.Flags().StringVar(&id, "id", "", "the `ID`, 1 to 50 characters of [A-Za-z0-9._-] (default: a random one; Lockbox gives its own)")
	c.Flags().StringVar(&algorithm, "algorithm", "AES_256", "`ALGORITHM`: "+key.AlgorithmNames)
	a.createFlag(c)
	a.materialFlag(c, "generated")
	return c
}

// checkCreation finds mistakes before a keyring is made for nothing.
func checkCreation(c keyadmin.Creation) error {
	if c.ID != "" {
		if err := keyadmin.CheckKeyID(c.ID); err != nil {
			return err
		}
	}
	if c.Name != "" {
		return keyadmin.CheckName(c.Name)
	}
	return nil
}

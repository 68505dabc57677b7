package keys

import (
	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (g *group) create() *cobra.Command {
	var name, id string
	var alg key.Algorithm
	c := &cobra.Command{
		Use:   "create",
		Short: "Create a key with a first version",
		Long: `Create a key with a first version, which is its primary, and the keyring if
there is none in the default place, or elsewhere with --create. Encrypt needs
no more than the key's id or name. In Lockbox the key is a secret, whose
material Lockbox makes and nobody sees; with --material local it is made here
and sent there.`,
		Example: `  rekey keys create --id invoices
  rekey keys create --name 'archive 2027' --algorithm AES_128
  rekey keys create --name payments --store lockbox`,
		SuggestFor: []string{"new", "add", "gen", "generate", "keygen", "make"},
		Args:       cli.NoArgs("`--name NAME` gives a key a name"),
		RunE: func(c *cobra.Command, _ []string) error {
			creation := keyadmin.Creation{ID: key.ID(id), Name: name, Algorithm: alg}
			if err := checkCreation(creation); err != nil { // before a keyring is made for nothing
				return err
			}
			return g.keyWas("created")(add(g, func(ad keyadmin.Admin) (*keyadmin.Key, error) {
				return ad.Create(c.Context(), creation)
			}))
		},
	}
	c.Flags().StringVar(&name, "name", "", "a `NAME` for people, unlike any other name or id")
	c.Flags().StringVar(&id, "id", "",
		"an `ID` of 1 to 50 characters of [A-Za-z0-9._-] (default: a random one; Lockbox gives its own)")
	cli.Algorithm(c, &alg, "algorithm", "AES_256", "an `ALGORITHM`: "+key.AlgorithmNames)
	g.flags.DeclareCreate(c)
	g.materialFlag(c, "generated")
	return c
}

func (g *group) materialFlag(c *cobra.Command, otherwise string) {
	cli.Choice(c, &g.flags.Material, "material", "with Lockbox: `WHO` makes the material, local (this machine) or "+
		"generated (Lockbox, and nobody sees it) (default: "+otherwise+")", string(admin.Local),
		string(admin.Generated))
	g.flags.Only(c, config.StoreLockbox, "material")
}

func checkCreation(c keyadmin.Creation) (err error) {
	if c.ID != "" {
		err = keyadmin.CheckKeyID(c.ID)
	}
	if err == nil && c.Name != "" {
		err = keyadmin.CheckName(c.Name)
	}
	return err
}

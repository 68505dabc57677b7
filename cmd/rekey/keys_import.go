package main

import (
	"github.com/spf13/cobra"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysImport() *cobra.Command {
	var id, version, algorithm, format, name string
	c := &cobra.Command{
		Use:   "import --id ID --version-id ID --algorithm A --format raw|base64|hex",
		Short: "Import 32 bytes of material from standard input",
		Long: `Import 32 bytes of material from standard input under given ids, so that what
they encrypted elsewhere opens here. What is typed at a terminal is not shown.
The key is created if there is none, and its first version is its primary; to
an existing key a version is added, which set-primary makes the primary.`,
		Args: args(),
		RunE: func(c *cobra.Command, _ []string) error {
			alg, err := algorithmFlag("algorithm", algorithm)
			if err != nil {
				return err
			}
			material, err := a.readMaterial(format)
			if err != nil {
				return err
			}
			defer clear(material)
			i := keyadmin.Import{KeyID: key.ID(id), VersionID: key.VersionID(version), Algorithm: alg, Material: material, Name: name}
			if err := keyadmin.CheckImport(i); err != nil { // before a keyring is made for nothing
				return err
			}
			ad, err := a.admin(true)
			if err != nil {
				return err
			}
			v, err := ad.Import(c.Context(), i)
			if err != nil {
				return err
			}
			a.sayMade()
			return a.showVersion(v, "imported")
		},
	}
	c.Flags().StringVar(&id, "id", "", "the key's `ID`")
	c.Flags().StringVar(&version, "version-id", "", "the version's `ID`")
	c.Flags().StringVar(&algorithm, "algorithm", "", "`ALGORITHM`: "+key.AlgorithmNames)
	c.Flags().StringVar(&format, "format", "", "the `FORMAT` of the material: raw, base64 or hex")
	c.Flags().StringVar(&name, "name", "", "a `NAME` for the key, if it is created")
	a.createFlag(c)
	require(c, "id", "version-id", "algorithm", "format")
	return c
}

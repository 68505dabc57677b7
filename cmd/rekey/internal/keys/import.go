package keys

import (
	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (g *group) importMaterial() *cobra.Command {
	var id, version, format, name string
	var alg key.Algorithm
	c := &cobra.Command{
		Use:   "import --id ID --version-id ID --algorithm A --format raw|base64|hex",
		Short: "Import 32 bytes of material from standard input",
		Long: `Import 32 bytes of material from standard input under given ids, so that what
they encrypted elsewhere opens here. What is typed at a terminal is not shown.
The key is created if there is none, and its first version is its primary; to
an existing key a version is added, which set-primary makes the primary.`,
		Example: "  head -c 32 /dev/urandom | " +
			"rekey keys import --id invoices --version-id v2 --algorithm AES_256 --format raw\n" +
			"  openssl rand -hex 32 | rekey keys import --id imported --version-id v1 --algorithm AES_256 --format hex",
		SuggestFor: []string{"import-key", "load"},
		Args:       cli.NoArgs("`--name NAME` gives a key a name"),
		RunE: func(c *cobra.Command, _ []string) error {
			material, err := g.readMaterial(format)
			if err != nil {
				return err
			}
			defer clear(material)
			i := keyadmin.Import{KeyID: key.ID(id), VersionID: key.VersionID(version), Algorithm: alg,
				Material: material, Name: name}
			if err := keyadmin.CheckImport(i); err != nil { // before a keyring is made for nothing
				return err
			}
			return g.versionWas("imported")(add(g, func(ad keyadmin.Admin) (*keyadmin.Version, error) {
				return ad.Import(c.Context(), i)
			}))
		},
	}
	c.Flags().StringVar(&id, "id", "", "the key's `ID`")
	c.Flags().StringVar(&version, "version-id", "", "the version's `ID`")
	c.Flags().StringVar(&name, "name", "", "a `NAME` for the key, if it is created")
	cli.Algorithm(c, &alg, "algorithm", "", "an `ALGORITHM`: "+key.AlgorithmNames)
	cli.Choice(c, &format, "format", "the `FORMAT` of the material: raw, base64 or hex", "raw", "base64", "hex")
	g.flags.DeclareCreate(c)
	cli.Require(c, "id", "version-id", "algorithm", "format")
	return c
}

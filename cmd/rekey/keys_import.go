package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"rekey/shared/aead"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysImport() *cobra.Command {
	var id, version, algorithm, format, name string
	c := &cobra.Command{
		Use:   "import --id ID --version-id ID --algorithm A --format raw|base64|hex",
		Short: "Import 32 bytes of material from standard input",
		Long: `Import 32 bytes of material from standard input under given ids, so that what
they encrypted elsewhere opens here. The key is created if there is none, and
its first version is its primary; to an existing key a version is added, which
set-primary makes the primary.`,
		Args: args(),
		RunE: func(c *cobra.Command, _ []string) error {
			alg, err := key.ParseAlgorithm(algorithm)
			if err != nil {
				return usagef("--algorithm: %v", err)
			}
			material, err := readMaterial(a.in, format)
			if err != nil {
				return err
			}
			defer clear(material)
			ad, err := a.admin(true)
			if err != nil {
				return err
			}
			v, err := ad.Import(c.Context(), keyadmin.Import{KeyID: key.ID(id), VersionID: key.VersionID(version),
				Algorithm: alg, Material: material, Name: name})
			if err != nil {
				return err
			}
			return a.showVersion(v, "imported")
		},
	}
	c.Flags().StringVar(&id, "id", "", "the key's `ID`")
	c.Flags().StringVar(&version, "version-id", "", "the version's `ID`")
	c.Flags().StringVar(&algorithm, "algorithm", "", key.AlgorithmNames)
	c.Flags().StringVar(&format, "format", "", "how the material is written: raw, base64 or hex")
	c.Flags().StringVar(&name, "name", "", "a `NAME` for the key, if it is created")
	for _, f := range []string{"id", "version-id", "algorithm", "format"} {
		c.MarkFlagRequired(f)
	}
	return c
}

// readMaterial reads 32 bytes in the form that the caller states: a guess
// could take the text of a key for the key.
func readMaterial(in io.Reader, format string) ([]byte, error) {
	const most = 1024 // bytes: material in any format, with line breaks
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, fmt.Errorf("reading the material: %w", err)
	}
	defer clear(text)
	var material []byte
	switch format {
	case "raw":
		material = bytes.Clone(text)
		err = aead.CheckRaw(material)
	case "base64":
		material, err = base64.StdEncoding.Strict().DecodeString(string(bytes.TrimSpace(text)))
	case "hex":
		material = make([]byte, hex.DecodedLen(len(text)))
		var n int
		n, err = hex.Decode(material, bytes.TrimSpace(text))
		material = material[:n]
	default:
		return nil, usagef("--format %q: want raw, base64 or hex", format)
	}
	switch {
	case err != nil && format == "raw":
		return nil, fmt.Errorf("%w: %w", keyadmin.ErrInvalid, err)
	case err != nil:
		return nil, fmt.Errorf("%w: the material on standard input is not %s", keyadmin.ErrInvalid, format)
	case len(material) != aead.MaterialSize:
		return nil, fmt.Errorf("%w: the material on standard input is %d bytes long, want %d", keyadmin.ErrInvalid, len(material), aead.MaterialSize)
	}
	return material, nil
}

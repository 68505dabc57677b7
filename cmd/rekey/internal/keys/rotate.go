package keys

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (g *group) rotate() *cobra.Command {
	var alg key.Algorithm
	c := &cobra.Command{
		Use:   "rotate KEY",
		Short: "Add a version with fresh material and make it the primary",
		Long: `Add a version with fresh material and make it the primary: what is encrypted
from now on is encrypted with it. The old versions go on decrypting.`,
		Example: `  rekey keys rotate orders
  rekey keys rotate orders --algorithm AES_256
  rekey keys rotate payments --store lockbox --material local`,
		SuggestFor: []string{"roll", "renew"},
		Args:       cli.Args("KEY"),
		RunE: g.withKey(func(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
			v, err := ad.Rotate(ctx, k.ID, alg)
			if err != nil {
				return err
			}
			return g.showAgain(ctx, ad, v, "rotated")
		}),
	}
	cli.Algorithm(c, &alg, "algorithm", "", "an `ALGORITHM`: "+key.AlgorithmNames+" (default: the key's)")
	g.materialFlag(c, "as for the key's last version")
	return c
}

func (g *group) setPrimary() *cobra.Command {
	return &cobra.Command{
		Use:   "set-primary KEY VERSION",
		Short: "Encrypt with this version from now on",
		Long: `Encrypt with this version of the key from now on; it must be ACTIVE. What other
versions encrypted still decrypts. That is also the way back after a rotation.`,
		Example:    "  rekey keys set-primary invoices v2",
		SuggestFor: []string{"primary", "promote", "set-primary-version"},
		Args:       cli.Args("KEY", "VERSION"),
		RunE: g.withVersion(func(ctx context.Context, ad keyadmin.Admin, id key.ID, v key.VersionID) error {
			return g.keyWas("changed")(ad.SetPrimary(ctx, id, v))
		}),
	}
}

func (g *group) enable() *cobra.Command {
	return &cobra.Command{
		Use:   "enable KEY",
		Short: "Let a disabled key encrypt and decrypt again",
		Long: `Let a disabled key encrypt and decrypt again. It undoes the part of delete that
disables a key; its versions take cancel-destruction.`,
		Example:    "  rekey keys enable invoices",
		SuggestFor: []string{"activate"},
		Args:       cli.Args("KEY"),
		RunE: g.withKey(func(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
			return g.keyWas("enabled")(ad.SetStatus(ctx, k.ID, key.Active))
		}),
	}
}

func (g *group) disable() *cobra.Command {
	return &cobra.Command{
		Use:   "disable KEY",
		Short: "Make a key neither encrypt nor decrypt until it is enabled",
		Long: `Make a key neither encrypt nor decrypt, with all its versions, until it is
enabled again. Nothing is lost.`,
		Example:    "  rekey keys disable invoices",
		SuggestFor: []string{"deactivate"},
		Args:       cli.Args("KEY"),
		RunE: g.withKey(func(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
			return g.keyWas("disabled")(ad.SetStatus(ctx, k.ID, key.Inactive))
		}),
	}
}

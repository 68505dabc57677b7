package keys

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (g *group) schedule() *cobra.Command {
	var how keyadmin.Schedule
	c := &cobra.Command{
		Use:   "schedule-destruction KEY VERSION",
		Short: "Destroy a version after a pending period",
		Long: `Destroy a version after a pending period. From now on it neither encrypts nor
decrypts; until the period ends cancel-destruction takes it back; then its
material is gone, and nothing else can decrypt what it encrypted. Only old
backups of the keyring still have it.

The previous primary is refused while a server may still encrypt with it: for
the larger of its REKEY_CACHE_TTL and REKEY_OFFLINE_GRACE. With a keyring file
those of this environment count. What
the servers over Lockbox have is not known here, and can be up to 24h: say it
with --servers-window, or set both variables as the servers have them.`,
		Example: `  rekey keys schedule-destruction invoices v2 --servers-window 10m
  rekey keys schedule-destruction imported v1 --pending 30d # refused: it is the primary`,
		Annotations: cli.Unguessed,
		Args:        cli.Args("KEY", "VERSION"),
		RunE: g.withVersion(func(ctx context.Context, ad keyadmin.Admin, id key.ID, v key.VersionID) error {
			version, err := ad.ScheduleDestruction(ctx, id, v, how)
			done := "is scheduled for destruction"
			if err == nil && version.Status == key.VersionDestroyed {
				done = "is destroyed"
			}
			return g.versionWas(done)(version, err)
		}),
	}
	g.windowFlag(c)
	period(c, &how.Pending, "pending", "7d", "a `PERIOD` until it is destroyed, such as 7d, 36h or 0s")
	c.Flags().BoolVar(&how.Force, "force", false, "allow less than 24h, and a version that may still be encrypting "+
		"somewhere")
	return c
}

// windowFlag declares --servers-window.
func (g *group) windowFlag(c *cobra.Command) {
	const name = "servers-window"
	var window time.Duration
	period(c, &window, name, "", "a `PERIOD`, such as 5m, in which a server may use a version without asking "+
		"the store: the larger of REKEY_CACHE_TTL and REKEY_OFFLINE_GRACE of your servers")
	cli.Before(c, func() error {
		if !c.Flags().Changed(name) {
			return nil
		}
		if window < 0 || window > config.MaxWindow {
			return exit.Usagef("--%s is %v: want 0s to %v, as much as a server can have", name, window,
				config.MaxWindow)
		}
		g.flags.Window = &window
		return nil
	})
}

func (g *group) cancel() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel-destruction KEY VERSION",
		Short: "Take back a scheduled destruction",
		Long: `Make a version ACTIVE again that is scheduled for destruction: it decrypts what
it encrypted. A version that is destroyed only a backup of the keyring brings
back.`,
		Example:    "  rekey keys cancel-destruction invoices v2",
		SuggestFor: []string{"cancel", "undelete", "undestroy", "cancel-version-destruction"},
		Args:       cli.Args("KEY", "VERSION"),
		RunE: g.withVersion(func(ctx context.Context, ad keyadmin.Admin, id key.ID, v key.VersionID) error {
			return g.versionWas("is ACTIVE again")(ad.CancelDestruction(ctx, id, v))
		}),
	}
}

package main

import (
	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysSchedule() *cobra.Command {
	var pending string
	var force bool
	c := &cobra.Command{
		Use:   "schedule-destruction KEY VERSION",
		Short: "Destroy a version after a pending period",
		Long: `Destroy a version after a pending period. From now on it neither encrypts nor
decrypts; until the period ends cancel-destruction takes it back; then its
material is gone for ever, and with it all that only it can decrypt. Old
backups of the keyring still have it.

A version that was the primary a moment ago is refused, while some server may
still encrypt with it: for the larger of its REKEY_CACHE_TTL and
REKEY_OFFLINE_GRACE. With a keyring file those of this environment count. What
the servers over Lockbox have is not known here, and can be up to 24h: say it
with --servers-window, or set both variables as the servers have them.`,
		Args: args("KEY", "VERSION"),
		RunE: func(c *cobra.Command, given []string) error {
			period, err := parsePeriod("pending", pending)
			if err != nil {
				return err
			}
			return a.withVersion(c.Context(), given, func(ad keyadmin.Admin, k *keyadmin.Key, v key.VersionID) error {
				version, err := ad.ScheduleDestruction(c.Context(), k.ID, v,
					keyadmin.Schedule{Pending: period, Force: force})
				if err != nil {
					return err
				}
				return a.showVersion(version, scheduled(version))
			})
		},
	}
	a.windowFlag(c)
	c.Flags().StringVar(&pending, "pending", "7d", "the `PERIOD` until it is destroyed, such as 7d, 36h or 0s")
	c.Flags().BoolVar(&force, "force", false, "allow less than 24h, and a version that may still be encrypting "+
		"somewhere")
	return c
}

// windowFlag declares --servers-window.
func (a *app) windowFlag(c *cobra.Command) {
	const name = "servers-window"
	given := c.Flags().String(name, "", "the `PERIOD`, such as 5m, in which a server may use a version without "+
		"asking the store: the larger of REKEY_CACHE_TTL and REKEY_OFFLINE_GRACE of your servers")
	before(c, func() error {
		if !c.Flags().Changed(name) {
			return nil
		}
		window, err := parsePeriod(name, *given)
		if err == nil && (window < 0 || window > config.MaxWindow) {
			err = exit.Usagef("--%s is %v: want 0s to %v, as much as a server can have", name, window, config.MaxWindow)
		}
		a.window = &window
		return err
	})
}

func scheduled(v *keyadmin.Version) string {
	if v.Status == key.VersionDestroyed {
		return "is destroyed"
	}
	return "is scheduled for destruction"
}

package main

import (
	"github.com/spf13/cobra"

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
backups of the keyring still have it.`,
		Args: args("KEY", "VERSION"),
		RunE: func(c *cobra.Command, given []string) error {
			period, err := parsePeriod(pending)
			if err != nil {
				return err
			}
			return a.withVersion(c.Context(), given, func(ad keyadmin.Admin, k *keyadmin.Key, v key.VersionID) error {
				version, err := ad.ScheduleDestruction(c.Context(), k.ID, v, keyadmin.Schedule{Pending: period, Force: force})
				if err != nil {
					return err
				}
				return a.showVersion(version, scheduled(version))
			})
		},
	}
	c.Flags().StringVar(&pending, "pending", "7d", "the `PERIOD` until it is destroyed, such as 7d, 36h or 0s")
	c.Flags().BoolVar(&force, "force", false, "allow less than 24h, and a version that may still be encrypting somewhere")
	return c
}

func scheduled(v *keyadmin.Version) string {
	if v.Status == key.VersionDestroyed {
		return "is destroyed"
	}
	return "is scheduled for destruction"
}

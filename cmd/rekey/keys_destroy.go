package main

import (
	"bufio"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
			v, err := versionArg(given[1])
			if err != nil {
				return err
			}
			period, err := parsePeriod(pending)
			if err != nil {
				return err
			}
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				version, err := ad.ScheduleDestruction(c.Context(), k.ID, v, keyadmin.Schedule{Pending: period, Force: force})
				if err != nil {
					return err
				}
				return a.showVersion(version, "scheduled")
			})
		},
	}
	c.Flags().StringVar(&pending, "pending", "7d", "how `LONG` until it is destroyed, such as 7d, 36h or 0s")
	c.Flags().BoolVar(&force, "force", false, "allow less than 24h, and a version that may still be encrypting somewhere")
	return c
}

func (a *app) keysCancel() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel-destruction KEY VERSION",
		Short: "Take back a scheduled destruction",
		Args:  args("KEY", "VERSION"),
		RunE: func(c *cobra.Command, given []string) error {
			v, err := versionArg(given[1])
			if err != nil {
				return err
			}
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				version, err := ad.CancelDestruction(c.Context(), k.ID, v)
				if err != nil {
					return err
				}
				return a.showVersion(version, "active again")
			})
		},
	}
}

func (a *app) keysDelete() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "delete KEY",
		Short: "Disable a key and destroy all its versions after 72 hours",
		Long: `Disable a key and schedule all its versions, the primary too, for destruction
after 72 hours. Until then, cancel-destruction of its versions and enable take
it back; afterwards nothing that it encrypted can be read again.`,
		Args: args("KEY"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				if !yes {
					if err := a.confirmDelete(k); err != nil {
						return err
					}
				}
				k, err := ad.Delete(c.Context(), k.ID)
				if err != nil {
					return err
				}
				return a.showKey(k, "will be deleted")
			})
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

// confirmDelete asks a person to type the id; a script must say --yes.
func (a *app) confirmDelete(k *keyadmin.Key) error {
	if !isTerminal(a.in) {
		return usagef("delete asks before it acts, and there is no terminal to ask at: say --yes")
	}
	fmt.Fprintf(a.err, "Everything encrypted with key %s %s will be unreadable for ever in 72 hours.\nType the key's id to go on: ", k.ID, k.Name)
	line, _ := bufio.NewReader(a.in).ReadString('\n')
	if strings.TrimSpace(line) != string(k.ID) {
		return fmt.Errorf("%w: that is not the id of the key: nothing was changed", keyadmin.ErrRefused)
	}
	return nil
}

// parsePeriod is time.ParseDuration with days, such as 7d.
func parsePeriod(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		d, err := time.ParseDuration(days + "h")
		const most = time.Duration(1<<63-1) / 24
		if err == nil && d <= most && d >= -most {
			return 24 * d, nil
		}
	} else if d, err := time.ParseDuration(s); err == nil {
		return d, nil
	}
	return 0, usagef("--pending %q is no period: give one such as 7d, 36h or 0s", s)
}

package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/shared/keyadmin"
)

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
				return a.showKey(k, "is disabled and will be deleted")
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
	called := ""
	if k.Name != "" {
		called = fmt.Sprintf(" (%s)", k.Name)
	}
	fmt.Fprintf(a.err, "In 72 hours nothing that key %s%s encrypted can be read again.\nType the key's id to go on: ", k.ID, called)
	line, _ := bufio.NewReader(a.in).ReadString('\n')
	if strings.TrimSpace(line) != string(k.ID) {
		return fmt.Errorf("%w: that is not the id of the key: nothing was changed", keyadmin.ErrRefused)
	}
	return nil
}

package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

func (a *app) keysDelete() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "delete KEY",
		Short: "Disable a key and destroy all its versions after 72 hours",
		Long: `Disable a key and schedule all its versions, the primary too, for destruction
after 72 hours. Until then, cancel-destruction of its versions and enable take
it back; afterwards nothing that it encrypted can be read again. With --now, in
Lockbox alone, that is so at once.`,
		Args: args("KEY"),
		RunE: func(c *cobra.Command, given []string) error {
			return a.withKey(c.Context(), given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error {
				if !yes {
					if err := a.confirmDelete(k); err != nil {
						return err
					}
				}
				if a.now {
					return a.remove(c.Context(), ad, k)
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
	c.Flags().BoolVar(&a.now, "now", false, "with Lockbox: delete the key at once, which nothing undoes")
	return c
}

// removedJSON is a key that was there.
type removedJSON struct {
	ID      key.ID `json:"id"`
	Name    string `json:"name,omitzero"`
	Deleted bool   `json:"deleted"`
}

// remove deletes a key without any grace. That the store can, checkStore knows.
func (a *app) remove(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
	if err := ad.(keyadmin.Remover).Remove(ctx, k.ID); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(removedJSON{k.ID, k.Name, true})
	}
	fmt.Fprintf(a.out, "Key %s is deleted for ever.\n", called(k.ID, k.Name))
	return nil
}

// confirmDelete asks a person to type the id; a script must say --yes.
func (a *app) confirmDelete(k *keyadmin.Key) error {
	if !terminal.Is(a.in) {
		return exit.Usagef("delete asks before it acts, and there is no terminal to ask at: say --yes")
	}
	what := fmt.Sprintf("In 72 hours nothing that key %s encrypted can be read again.", called(k.ID, k.Name))
	if a.now {
		what = fmt.Sprintf("Key %s is deleted at once. There is no grace and no way back: nothing that it encrypted "+
			"can ever be read again.", called(k.ID, k.Name))
	}
	fmt.Fprintf(a.err, "%s\nType the key's id to go on: ", what)
	var line string
	process.Unattended(func() { line, _ = bufio.NewReader(a.in).ReadString('\n') })
	if strings.TrimSpace(line) != string(k.ID) {
		return fmt.Errorf("%w: that is not the id of the key: nothing was changed", keyadmin.ErrRefused)
	}
	return nil
}

// called is a key's id, and its name if it has one.
func called(id key.ID, name string) string {
	if name == "" {
		return plain.Text(string(id))
	}
	return fmt.Sprintf("%s (%s)", plain.Text(string(id)), plain.Text(name))
}

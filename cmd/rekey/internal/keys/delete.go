package keys

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/cmd/rekey/internal/show"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (g *group) delete() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "delete KEY",
		Short: "Disable a key and destroy all its versions after 72 hours",
		Long: `Disable a key and schedule all its versions, the primary too, for destruction
after 72 hours. Until then, cancel-destruction of its versions and enable take
it back; afterwards nothing that it encrypted can be read again. With --now,
which only Lockbox has, it is deleted immediately.`,
		Example: `  rekey keys delete imported --yes
  rekey keys delete 'archive 2027' # asks for its id first
  rekey keys delete payments --store lockbox --now --yes`,
		Annotations: cli.Unguessed,
		Args:        cli.Args("KEY"),
		RunE: g.withKey(func(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
			if !yes {
				if err := g.confirmDelete(k); err != nil {
					return err
				}
			}
			if g.now {
				return g.remove(ctx, ad, k)
			}
			return g.keyWas("is disabled and will be deleted")(ad.Delete(ctx, k.ID))
		}),
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	c.Flags().BoolVar(&g.now, "now", false, "with Lockbox: delete the key immediately, which nothing undoes")
	g.flags.Only(c, config.StoreLockbox, "now")
	return c
}

// findDeleted finds what is left of a deleted key, or fails with err.
func findDeleted(ctx context.Context, ad keyadmin.Admin, idOrName string, err error) (*keyadmin.Key, error) {
	all, _ := list(ctx, ad, true) // what cannot be seen is not there, as err says
	for _, k := range all {
		if k.Deleted && (string(k.ID) == idOrName || keyadmin.SameName(k.Name, idOrName)) {
			return k, nil
		}
	}
	return nil, err
}

// removed is a key that was there.
type removed struct {
	ID      key.ID `json:"id"`
	Name    string `json:"name,omitzero"`
	Deleted bool   `json:"deleted"`
}

// remove deletes a key without any grace. That the store can, settings know.
func (g *group) remove(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
	if err := ad.(keyadmin.Remover).Remove(ctx, k.ID); err != nil {
		return err
	}
	if g.json {
		return show.JSON(g.Out, removed{k.ID, k.Name, true})
	}
	fmt.Fprintf(g.Out, "Key %s is deleted permanently.\n", show.Called(k.ID, k.Name))
	return nil
}

// confirmDelete asks a person to type the id; a script must say --yes.
func (g *group) confirmDelete(k *keyadmin.Key) error {
	if !terminal.Is(g.In) {
		return exit.Usagef("delete asks before it acts, and there is no terminal to ask at: say --yes")
	}
	what := "In 72 hours nothing that key %s encrypted can be read again."
	if g.now {
		what = "Key %s is deleted immediately. There is no grace period and no way back: " +
			"nothing that it encrypted can ever be read again."
	}
	fmt.Fprintf(g.Err, what+"\nType the key's id to go on: ", show.Called(k.ID, k.Name))
	var line string
	process.Unattended(func() { line, _ = bufio.NewReader(g.In).ReadString('\n') })
	if strings.TrimSpace(line) != string(k.ID) {
		return fmt.Errorf("%w: that is not the id of the key: nothing was changed", keyadmin.ErrRefused)
	}
	return nil
}

package about

import (
	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
)

// Footer ends every page of help.
const Footer = "\n`rekey help exit` says what the exit statuses mean.\n"

// Help is cobra's own, but that it knows when there is no such command.
func Help() *cobra.Command {
	const use = "help [COMMAND]"
	return &cobra.Command{
		Use:               use,
		Short:             "Help about any command",
		Long:              "Help about any command: rekey help keys rotate is rekey keys rotate --help.",
		Example:           "  rekey help keys rotate",
		ValidArgsFunction: cli.Arguments(use, map[string]cobra.CompletionFunc{"COMMAND": commands}),
		RunE: func(c *cobra.Command, given []string) error {
			about, rest, err := c.Root().Find(given)
			if err != nil {
				return err
			}
			if err := cli.Unknown(about, rest); err != nil {
				return err
			}
			return about.Help()
		},
	}
}

func commands(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, sub := range c.Root().Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name()+"\t"+sub.Short)
		}
	}
	return cli.Matching(typed, names...)
}

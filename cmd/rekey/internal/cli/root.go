package cli

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
)

// Group are commands under one heading of `rekey --help`; those without one are
// not listed there.
type Group struct {
	Title    string
	Commands []*cobra.Command
}

// Commands stand in the order in which they were added, the way people need
// them, and are suggested in it.
func init() { cobra.EnableCommandSorting = false }

// Root makes the program of its groups. Each page of help ends with footer.
func Root(root *cobra.Command, footer string, groups ...Group) *cobra.Command {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return cmp.Or(checkOnce(c), noEmptyFlags(c)) }
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(root.UsageTemplate() + footer)
	for _, g := range groups {
		if g.Title != "" {
			root.AddGroup(&cobra.Group{ID: g.Title, Title: g.Title})
		}
		for _, c := range g.Commands {
			c.GroupID = g.Title
			if c.Name() == "help" {
				root.SetHelpCommand(c)
			}
		}
		Parent(root, g.Commands...)
	}
	complete(root)
	takeOnce(root)
	return root
}

// Parent is a command that only has others.
func Parent(c *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	c.Args = Unknown
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(commands...)
	return c
}

// Args takes exactly these arguments.
func Args(names ...string) cobra.PositionalArgs { return arguments(names, "") }

// NoArgs takes none; instead says what the caller may have meant, unless empty.
func NoArgs(instead string) cobra.PositionalArgs { return arguments(nil, instead) }

func arguments(names []string, instead string) cobra.PositionalArgs {
	if instead != "" {
		instead = "; " + instead
	}
	return func(c *cobra.Command, given []string) error {
		switch {
		case len(given) < len(names):
			return exit.Usagef("%s is missing: %s", names[len(given)], c.UseLine())
		case len(given) > len(names):
			return exit.Usagef("unexpected argument %s: %s%s", config.Word(given[len(names)]), c.UseLine(), instead)
		}
		return nil
	}
}

// Unknown refuses arguments of a command that only has others. Its annotation
// `no WORD`, or that of one of its commands, says why there is no such command.
func Unknown(c *cobra.Command, given []string) error {
	if len(given) == 0 {
		return nil
	}
	word := given[0]
	if like := suggestion(c, word); like != "" && word != "" {
		return exit.Usagef("unknown command %s: did you mean `%s`?", config.Word(word), like)
	}
	for _, of := range append(c.Commands(), c) {
		if why := of.Annotations["no "+word]; why != "" {
			return exit.Usagef("unknown command %s: %s; `%s --help` lists the commands", config.Word(word), why,
				c.CommandPath())
		}
	}
	return exit.Usagef("unknown command %s: `%s --help` lists them", config.Word(word), c.CommandPath())
}

// Find is the command of these words, or nil.
func Find(root *cobra.Command, words string) *cobra.Command {
	c, rest, err := root.Find(strings.Fields(words))
	if err != nil || len(rest) > 0 {
		return nil
	}
	return c
}

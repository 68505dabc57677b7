package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/strictjson"
)

// This file says what is wrong with a command line, in one voice: cobra's own
// complaints neither name the next step nor have a type.

// args takes exactly these arguments.
func args(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		switch {
		case len(given) < len(names):
			return exit.Usagef("%s is missing: %s", names[len(given)], c.UseLine())
		case len(given) > len(names):
			return exit.Usagef("unexpected argument %s: %s%s", config.Word(given[len(names)]), c.UseLine(),
				instead(c, names))
		}
		return nil
	}
}

// instead is the flag for what is often given as an argument, to a command that
// takes none.
func instead(c *cobra.Command, names []string) string {
	if len(names) > 0 {
		return ""
	}
	for _, row := range [][2]string{
		{"in", "`--in FILE` reads a file, and a text comes on standard input"},
		{"name", "`--name NAME` gives a key a name"},
		{"key", "`--key KEY` names a key"},
		{"addr", "`--addr HOST:PORT` names an address"},
		{"all", "`rekey keys get KEY` shows one key"},
		{"keyring", "`--keyring FILE` names a keyring"},
	} {
		if c.Flags().Lookup(row[0]) != nil {
			return "; " + row[1]
		}
	}
	return ""
}

// subcommands are the arguments of a command that only has others: none.
func subcommands(c *cobra.Command, given []string) error {
	if len(given) == 0 {
		return nil
	}
	if like := suggestion(c, given[0]); like != "" {
		return exit.Usagef("unknown command %s: did you mean `%s`?", config.Word(given[0]), like)
	}
	if hint := hints[given[0]]; hint != "" {
		return exit.Usagef("unknown command %s: %s; `%s --help` lists the commands", config.Word(given[0]), hint,
			c.CommandPath())
	}
	return exit.Usagef("unknown command %s: `%s --help` lists them", config.Word(given[0]), c.CommandPath())
}

// flagError explains a flag that could not be read. Behind a misspelt command
// every flag is unknown, and the command is what is wrong.
func flagError(c *cobra.Command, err error) error {
	if c.HasSubCommands() {
		if err := subcommands(c, c.Flags().Args()); err != nil {
			return err
		}
	}
	return exit.Usagef("%s: %s`%s --help` shows the flags", flagProblem(err), meantFlag(c, err), c.CommandPath())
}

// meantFlag asks whether another flag was meant by one that there is not.
func meantFlag(c *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" || unknown.GetSpecifiedName() == "token" {
		return ""
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if meant := strictjson.Meant(unknown.GetSpecifiedName(), names); meant != "" {
		return "did you mean --" + meant + "? "
	}
	return ""
}

// flagProblem is pflag's text, but that it repeats no value as it is.
func flagProblem(err error) string {
	var value *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &value):
		return fmt.Sprintf("invalid argument %s for \"--%s\"", config.Word(value.GetValue()), value.GetFlag().Name)
	case errors.As(err, &syntax):
		return "bad flag syntax"
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return "unknown flag: -" + unknown.GetSpecifiedName()
	case errors.As(err, &unknown) && unknown.GetSpecifiedName() == "token":
		return "unknown flag: --token: others could read it; give a file that has it with --token-file"
	case errors.As(err, &unknown) && flagName.MatchString(unknown.GetSpecifiedName()):
		return "unknown flag: --" + unknown.GetSpecifiedName()
	case errors.As(err, &unknown):
		return "unknown flag"
	}
	return err.Error()
}

var flagName = regexp.MustCompile(`^[a-z-]{1,40}$`)

// checkFlags is what every command asks of its flags.
func checkFlags(c *cobra.Command, _ []string) error {
	return cmp.Or(checkOnce(c), noEmptyFlags(c))
}

// noEmptyFlags refuses --flag "": it is mostly a script's unset variable, and
// an empty --endpoint or --keyring would use another keyring than was meant,
// and an empty --aad bind a ciphertext to nothing.
func noEmptyFlags(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		none := "no-" + strings.TrimSuffix(f.Name, "-file")
		switch {
		case f.Value.String() != "":
		case c.Flags().Lookup(none) != nil:
			err = exit.Usagef("--%s is empty: give it a value, or say --%s if none is meant", f.Name, none)
		case f.Annotations[required] != nil:
			err = exit.Usagef("--%s is empty: give it a value", f.Name)
		default:
			err = exit.Usagef("--%s is empty: leave it out or give it a value", f.Name)
		}
	})
	return err
}

// required marks flags that cannot be left out.
const required = "required"

// require makes flags obligatory.
func require(c *cobra.Command, flags ...string) {
	for _, name := range flags {
		c.Flags().SetAnnotation(name, required, []string{}) // fails only for a flag that there is not
	}
	before(c, func() error {
		var missing []string
		for _, name := range flags {
			if !c.Flag(name).Changed {
				missing = append(missing, "--"+name)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		return exit.Usagef("%s missing: %s", isOrAre(missing), c.UseLine())
	})
}

func isOrAre(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0] + " is"
	}
	return strings.Join(names[:last], ", ") + " and " + names[last] + " are"
}

// exclude refuses two flags at once.
func exclude(c *cobra.Command, one, other string) {
	before(c, func() error {
		if c.Flag(one).Changed && c.Flag(other).Changed {
			return exit.Usagef("--%s and --%s exclude each other", one, other)
		}
		return nil
	})
}

// before adds a check before the command runs.
func before(c *cobra.Command, check func() error) {
	earlier := c.PreRunE
	c.PreRunE = func(c *cobra.Command, given []string) error {
		if earlier != nil {
			if err := earlier(c, given); err != nil {
				return err
			}
		}
		return check()
	}
}

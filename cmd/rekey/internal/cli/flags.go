package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/strictjson"
)

// flagError explains a flag that could not be read. Behind a misspelt command
// every flag is unknown, and the command is what is wrong.
func flagError(c *cobra.Command, err error) error {
	if c.HasSubCommands() {
		if err := Unknown(c, c.Flags().Args()); err != nil {
			return err
		}
	}
	return exit.Usagef("%s: %s`%s --help` shows the flags", flagProblem(err), meantFlag(c, err), c.CommandPath())
}

// meantFlag asks whether another flag was meant by one that there is not.
func meantFlag(c *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return ""
	}
	if file := unknown.GetSpecifiedName() + "-file"; c.Flags().Lookup(file) != nil {
		return fmt.Sprintf("others could read it; give a file that has it with --%s: ", file)
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
	case !errors.As(err, &unknown):
		return err.Error()
	case unknown.GetSpecifiedShortnames() != "":
		return "unknown flag: -" + unknown.GetSpecifiedName()
	case flagName.MatchString(unknown.GetSpecifiedName()):
		return "unknown flag: --" + unknown.GetSpecifiedName()
	}
	return "unknown flag"
}

var flagName = regexp.MustCompile(`^[a-z-]{1,40}$`)

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

// Require makes flags obligatory.
func Require(c *cobra.Command, flags ...string) {
	for _, name := range flags {
		c.Flags().SetAnnotation(name, required, []string{}) // fails only for a flag that there is not
	}
	Before(c, func() error {
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

// Exclude refuses two flags at once.
func Exclude(c *cobra.Command, one, other string) {
	Before(c, func() error {
		if c.Flag(one).Changed && c.Flag(other).Changed {
			return exit.Usagef("--%s and --%s exclude each other", one, other)
		}
		return nil
	})
}

// Before adds a check before the command runs.
func Before(c *cobra.Command, check func() error) {
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

// Choice declares a flag that takes one of some words; an empty one is not given.
func Choice(c *cobra.Command, value *string, name, usage string, words ...string) {
	c.Flags().StringVar(value, name, "", usage)
	c.RegisterFlagCompletionFunc(name, Offer(words...))
	Before(c, func() error {
		if *value == "" || slices.Contains(words, *value) {
			return nil
		}
		last := len(words) - 1
		return exit.Usagef("--%s is %s: want %s or %s", name, config.Short(*value), strings.Join(words[:last], ", "),
			words[last])
	})
}

// Algorithm declares a flag that takes an algorithm as the API spells it, or as
// yc does (aes-256); 0 is the default of who is asked.
func Algorithm(c *cobra.Command, alg *key.Algorithm, name, otherwise, usage string) {
	given := c.Flags().String(name, otherwise, usage)
	c.RegisterFlagCompletionFunc(name, Offer("AES_128", "AES_192", "AES_256", "AES_256_HSM"))
	Before(c, func() (err error) {
		if *given == "" {
			return nil
		}
		if *alg, err = key.ParseAlgorithm(strings.ToUpper(strings.ReplaceAll(*given, "-", "_"))); err != nil {
			return exit.Usagef("--%s: %w", name, err)
		}
		return nil
	})
}

// VersionID checks a VERSION.
func VersionID(word string) (key.VersionID, error) {
	v := key.VersionID(word)
	if err := v.Check(); err != nil {
		return "", exit.Usagef("VERSION %v", err)
	}
	return v, nil
}

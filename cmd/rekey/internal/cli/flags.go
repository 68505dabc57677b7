package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/key"
)

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

// Exclude refuses a flag together with any of the others.
func Exclude(c *cobra.Command, one string, others ...string) {
	Before(c, func() error {
		for _, other := range others {
			if c.Flag(one).Changed && c.Flag(other).Changed {
				return exit.Usagef("--%s and --%s exclude each other", one, other)
			}
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

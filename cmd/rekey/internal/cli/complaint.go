package cli

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
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

// flagProblem is pflag's text, but it repeats no value literally.
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

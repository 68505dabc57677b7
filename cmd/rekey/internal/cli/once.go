package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rekey/cmd/rekey/internal/exit"
)

// onceValue is the value of a flag that takes one. How many were given counts
// when the command runs: for a completion flags are read twice.
type onceValue struct {
	pflag.Value
	given int
}

// Set keeps the last value.
func (o *onceValue) Set(value string) error {
	o.given++
	return o.Value.Set(value)
}

// takeOnce lets the flags of a command and of all under it take one value, but
// for those that take several and those that take none.
func takeOnce(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if _, several := f.Value.(pflag.SliceValue); !several && f.NoOptDefVal == "" {
			f.Value = &onceValue{Value: f.Value}
		}
	})
	for _, sub := range c.Commands() {
		takeOnce(sub)
	}
}

// checkOnce refuses two values for one flag: the caller, or a script, means one
// of them and would get another.
func checkOnce(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if o, ok := f.Value.(*onceValue); ok && o.given > 1 {
			err = exit.Usagef("--%s is given %d times, and takes one value", f.Name, o.given)
		}
	})
	return err
}

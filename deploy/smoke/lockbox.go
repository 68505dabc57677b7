package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/store/lockbox"
	lockboxadmin "rekey/shared/store/lockbox/admin"
)

// checkLockbox prints, row by row, what is assumed of Lockbox and what was
// seen.
func checkLockbox(ctx context.Context, out io.Writer) error {
	a, err := openLockbox()
	if err != nil {
		return err
	}
	defer a.Close()
	answers, err := a.Probe(ctx, lockbox.Credentials{Token: os.Getenv("SMOKE_STRANGER_TOKEN")})
	if len(answers) == 0 && err != nil {
		return fmt.Errorf("asking Lockbox: %w", err)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nABOUT LOCKBOX\tASSUMED\tSEEN\t")
	differ := 0
	for _, row := range answers {
		note := ""
		if !row.AsAssumed() {
			differ++
			note = "DIFFERS: see docs/lockbox.md, \"if it is otherwise\""
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", row.About, strings.Join(row.Assumed, " or "), row.Seen, note)
	}
	w.Flush()
	switch {
	case err != nil:
		return fmt.Errorf("asking Lockbox: %w", err)
	case differ > 0:
		return fmt.Errorf("%d of %d rows about Lockbox differ from what is assumed: please report them", differ,
			len(answers))
	}
	return nil
}

// openLockbox opens what `rekey keys --store lockbox` would.
func openLockbox() (*lockboxadmin.Admin, error) {
	c, err := config.LoadFor(config.StoreLockbox)
	if err != nil {
		return nil, err
	}
	opened, err := admin.Open(c, admin.Options{Waiting: func(what string) func() {
		fmt.Fprintf(os.Stderr, "waiting for Lockbox to %s\n", what)
		return func() {}
	}})
	if err != nil {
		return nil, err
	}
	return opened.(*lockboxadmin.Admin), nil
}

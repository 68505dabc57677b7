package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/shared/store/file/admin"
)

// checkJSON is a good keyring and its neighbours.
type checkJSON struct {
	keyringJSON
	Beside []besideJSON `json:"beside"`
}

type besideJSON struct {
	Path       string `json:"path"`
	ModifiedAt string `json:"modifiedAt"`
	Leftover   bool   `json:"leftover"`
}

func (a *app) keyringCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Read and verify the keyring, and say what is in it",
		Long: `Read and verify the keyring, as every command does, and say what is in it: its
generation, how many keys and usable or scheduled versions, what will be
destroyed when, and which files beside it may hold its material too, the oldest
first. Nothing is changed. --keyring names a backup to check that.`,
		Args: args(),
		RunE: func(*cobra.Command, []string) error {
			k, _, err := a.keeper((*settings).ExistingKeyring)
			if err != nil {
				return err
			}
			r, err := k.Check()
			if err != nil {
				return missing(withCopies(err, k.Beside()))
			}
			return a.showCheck(r, k.Beside())
		},
	}
}

// withCopies names what may be restored instead of a keyring that is no good.
func withCopies(err error, beside []admin.Beside) error {
	var paths []string
	for _, b := range beside {
		if !b.Leftover {
			paths = append(paths, b.Path)
		}
	}
	if len(paths) == 0 {
		return err
	}
	return fmt.Errorf("%w; beside it there is %s: `rekey keyring restore`", err, strings.Join(paths, ", "))
}

func (a *app) showCheck(r *admin.Report, beside []admin.Beside) error {
	if a.json {
		d := checkJSON{keyringDocument(r), make([]besideJSON, 0, len(beside))}
		for _, b := range beside {
			d.Beside = append(d.Beside, besideJSON{b.Path, rfc3339(b.Modified), b.Leftover})
		}
		return a.printJSON(d)
	}
	a.showKeyring(r)
	for _, b := range beside {
		if b.Leftover {
			a.row("leftover", "%s  of a write at %s that runs or was killed; the next change removes it", b.Path, stamp(b.Modified))
			continue
		}
		a.row("beside", "%s  of %s", b.Path, stamp(b.Modified))
	}
	fmt.Fprintln(a.out, "\nThe keyring is good.")
	return nil
}

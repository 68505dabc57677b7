package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/plain"
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
first. Nothing is changed. A good one of these is offered, if the keyring is
damaged or missing. --keyring names a backup to check that.`,
		Args: args(),
		RunE: func(*cobra.Command, []string) error {
			k, _, err := a.keeper((*settings).ExistingKeyring)
			if err != nil {
				return err
			}
			r, err := k.Check()
			if errors.Is(err, admin.ErrAltered) || errors.Is(err, admin.ErrUndoable) {
				return err
			}
			if err != nil {
				beside := k.Beside()
				return exit.Missing(a.withCopies(err, beside, k.Offer(beside)))
			}
			return a.showCheck(r, k.Beside())
		},
	}
}

// withCopies names what is beside a keyring that is no good, and how the best of
// it comes in its place.
func (a *app) withCopies(err error, beside []admin.Beside, best *admin.Offer) error {
	if best != nil && plain.Text(best.Path) == best.Path {
		err = fmt.Errorf("%w; a good copy of generation %d is beside it: `%s`", err, best.Generation, a.restoring(best))
	}
	var paths []string
	for _, b := range beside {
		if !b.Leftover && (best == nil || b.Path != best.Path) {
			paths = append(paths, plain.Text(b.Path))
		}
	}
	if len(paths) == 0 {
		return err
	}
	return fmt.Errorf("%w; also beside it: %s", err, strings.Join(paths, ", "))
}

// restoring is the command that takes an offer, as a shell reads it.
func (a *app) restoring(o *admin.Offer) string {
	line := "rekey keyring restore"
	if a.keyring != "" {
		line += " --keyring " + plain.Shell(a.keyring)
	}
	if a.phrase != "" {
		line += " --passphrase-file " + plain.Shell(a.phrase)
	}
	if o.Older {
		line += " --older"
	}
	return line + " " + plain.Shell(o.Path)
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
			a.row("leftover", "%s  of a write at %s that runs or was killed; the next change removes it",
				plain.Text(b.Path), stamp(b.Modified))
			continue
		}
		a.row("beside", "%s  of %s", plain.Text(b.Path), stamp(b.Modified))
	}
	fmt.Fprintln(a.out, "\nThe keyring is good.")
	return nil
}

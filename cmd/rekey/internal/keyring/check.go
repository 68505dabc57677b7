package keyring

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/plain"
	"rekey/shared/store/file/admin"
)

// checked is a good keyring and its neighbours.
type checked struct {
	document
	Beside []neighbour `json:"beside"`
}

type neighbour struct {
	Path       string `json:"path"`
	ModifiedAt string `json:"modifiedAt"`
	Leftover   bool   `json:"leftover"`
}

func (g *group) check() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Read and verify the keyring, and say what is in it",
		Long: `Read and verify the keyring, as every command does, and say what is in it: its
generation, how many keys and usable or scheduled versions, what will be
destroyed when, and which files beside it may hold its material too, the oldest
first. Nothing is changed. A good one of these is offered, if the keyring is
damaged or missing. --keyring names a backup to check that.`,
		Example: `  rekey keyring check
  rekey keyring check --keyring keyring.backup`,
		SuggestFor: []string{"verify", "validate", "info", "show"},
		Args:       noArgs,
		RunE: func(*cobra.Command, []string) error {
			k, _, err := g.keeper(existing)
			if err != nil {
				return err
			}
			r, err := k.Check()
			if errors.Is(err, admin.ErrAltered) || errors.Is(err, admin.ErrUndoable) {
				return err
			}
			if err != nil {
				beside := k.Beside()
				return exit.Missing(g.withCopies(err, beside, k.Offer(beside)))
			}
			return g.showCheck(r, k.Beside())
		},
	}
}

// withCopies names what is beside a keyring that is not good, and how the best of
// it comes in its place.
func (g *group) withCopies(err error, beside []admin.Beside, best *admin.Offer) error {
	if best != nil && plain.Text(best.Path) == best.Path {
		err = fmt.Errorf("%w; a good copy of generation %d is beside it: `%s`", err, best.Generation, g.restoring(best))
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
func (g *group) restoring(o *admin.Offer) string {
	line := "rekey keyring restore"
	if g.flags.Keyring != "" {
		line += " --keyring " + plain.Shell(g.flags.Keyring)
	}
	if g.flags.Passphrase != "" {
		line += " --passphrase-file " + plain.Shell(g.flags.Passphrase)
	}
	if o.Older {
		line += " --older"
	}
	return line + " " + plain.Shell(o.Path)
}

func (g *group) showCheck(r *admin.Report, beside []admin.Beside) error {
	if g.json {
		of := func(b admin.Beside) neighbour { return neighbour{b.Path, show.RFC3339(b.Modified), b.Leftover} }
		return show.JSON(g.Out, checked{documentOf(r), show.All(beside, of)})
	}
	g.show(r)
	for _, b := range beside {
		if b.Leftover {
			g.row("leftover", "%s  of a write at %s that runs or was killed; the next change removes it",
				b.Path, show.Stamp(b.Modified))
			continue
		}
		g.row("beside", "%s  of %s", b.Path, show.Stamp(b.Modified))
	}
	fmt.Fprintln(g.Out, "\nThe keyring is good.")
	return nil
}

package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

func (g *group) check() *cobra.Command {
	return &cobra.Command{
		Use:   "check [KEY...]",
		Short: "Look for what is wrong with keys in Lockbox",
		Long: `Look at these keys, or at all in the folder, for what others than rekey may have
done to them in Lockbox: secrets that are not keys, versions that nothing can
open, rights that are missing. Nothing is changed. What is disabled, deleted or
scheduled for destruction is listed too; for a given KEY it is a finding, and
the exit status is 1. Only with --store lockbox;
` + "`rekey keyring check`" + ` is for a keyring file.`,
		Example: `  rekey keys check --store lockbox
  rekey keys check payments --store lockbox --json`,
		RunE: func(c *cobra.Command, given []string) error {
			s, err := g.flags.Load()
			if err != nil {
				return err
			}
			if s.InFile() {
				return exit.Usagef("keys check is for keys in Lockbox, and the keys are in a keyring file: " +
					"`rekey keyring check` checks that, or say --store lockbox")
			}
			ids, err := s.IDs(c.Context(), given) // not looked up: whatever is wrong with them
			if err != nil {
				return err
			}
			ad, err := s.OpenAdmin(false)
			if err != nil {
				return err
			}
			return g.look(c.Context(), ad, ids)
		},
	}
}

// look prints what is found, and fails if that is anything. Of a key that is
// named a state that somebody may have wanted, such as disabled, counts as well.
// Lockbox's admin is a Checker.
func (g *group) look(ctx context.Context, ad keyadmin.Admin, ids []key.ID) error {
	c, unseen := ad.(keyadmin.Checker).Check(ctx, ids...)
	if c == nil {
		return unseen
	}
	if err := g.showFindings(c.Findings, unseen); err != nil {
		return err
	}
	wrong := c.Findings
	if len(ids) == 0 {
		wrong = slices.DeleteFunc(slices.Clone(wrong), func(f keyadmin.Finding) bool { return f.State })
	}
	switch states := len(c.Findings) - len(wrong); {
	case unseen != nil:
		return unseen
	case len(wrong) > 0:
		return errors.New(counted(len(wrong), "finding"))
	case g.json:
		return nil
	case states > 0: // in a wrong folder nothing is wrong either: it says how many
		fmt.Fprintf(g.Out, "%s; check that this is what you want.\n", counted(c.Keys, "key"))
	default:
		fmt.Fprintf(g.Out, "%s, nothing wrong.\n", counted(c.Keys, "key"))
	}
	return nil
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// finding is a finding as JSON.
type finding struct {
	KeyID     key.ID        `json:"keyId"`
	Name      string        `json:"name,omitzero"`
	VersionID key.VersionID `json:"versionId,omitzero"`
	Problem   string        `json:"problem"`
	Advice    string        `json:"advice,omitzero"`
	State     bool          `json:"state,omitzero"` // somebody may want it so
}

// findings is what a check found.
type findings struct {
	Findings []finding     `json:"findings"`
	Unseen   []show.Unseen `json:"unseen,omitzero"`
}

// showFindings prints a finding a paragraph: sentences make no table.
func (g *group) showFindings(found []keyadmin.Finding, unseen error) error {
	if g.json {
		as := func(f keyadmin.Finding) finding { return finding(f) }
		return show.JSON(g.Out, findings{show.All(found, as), show.UnseenOf(unseen)})
	}
	for _, f := range found {
		about, what := show.Called(f.KeyID, f.Name), "problem"
		if f.VersionID != "" {
			about += ", version " + plain.Text(string(f.VersionID))
		}
		if f.State {
			what = "state"
		}
		fmt.Fprintf(g.Out, "Key %s\n  %-7s  %s\n", about, what, plain.Text(f.Problem))
		if f.Advice != "" {
			fmt.Fprintf(g.Out, "  advice   %s\n", plain.Text(f.Advice))
		}
		fmt.Fprintln(g.Out)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

func (a *app) keysCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check [KEY...]",
		Short: "Look for what is wrong with keys in Lockbox",
		Long: `Look at these keys, or at all in the folder, for what others than rekey may have
done to them in Lockbox: secrets that are no keys, versions that nothing can
open, rights that are missing. Nothing is changed. With --store lockbox alone;
` + "`rekey keyring check`" + ` is for a keyring file.`,
		RunE: func(c *cobra.Command, given []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			if cfg.Store != config.StoreLockbox {
				return usagef("keys check is for keys in Lockbox, and the keys are in a keyring file: `rekey keyring check` checks that, or say --store lockbox")
			}
			ids, err := cfg.ids(c.Context(), given) // not looked up: whatever is wrong with them
			if err != nil {
				return err
			}
			ad, err := openAdmin(cfg, false)
			if err != nil {
				return err
			}
			return a.check(c.Context(), ad, ids)
		},
	}
}

// check prints what is found, and fails if that is anything. Lockbox's admin is
// a Checker.
func (a *app) check(ctx context.Context, ad keyadmin.Admin, ids []key.ID) error {
	found, err := ad.(keyadmin.Checker).Check(ctx, ids...)
	if err != nil {
		return err
	}
	if err := a.showFindings(found); err != nil {
		return err
	}
	switch {
	case len(found) > 0:
		return errors.New(counted(len(found), "finding"))
	case a.json:
		return nil
	}
	return a.showGood(ctx, ad, len(ids))
}

// showGood says how many keys were looked at: in a wrong folder nothing is
// wrong either.
func (a *app) showGood(ctx context.Context, ad keyadmin.Admin, n int) error {
	if n == 0 {
		all, err := ad.List(ctx)
		if err != nil {
			return err
		}
		n = len(all)
	}
	fmt.Fprintf(a.out, "%s, nothing wrong.\n", counted(n, "key"))
	return nil
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// findingJSON is a finding as JSON.
type findingJSON struct {
	KeyID     key.ID        `json:"keyId"`
	Name      string        `json:"name,omitzero"`
	VersionID key.VersionID `json:"versionId,omitzero"`
	Problem   string        `json:"problem"`
	Advice    string        `json:"advice,omitzero"`
}

// showFindings prints a finding a paragraph: sentences make no table.
func (a *app) showFindings(found []keyadmin.Finding) error {
	if a.json {
		docs := make([]findingJSON, 0, len(found))
		for _, f := range found {
			docs = append(docs, findingJSON(f))
		}
		return a.printJSON(map[string]any{"findings": docs})
	}
	for _, f := range found {
		about := called(f.KeyID, f.Name)
		if f.VersionID != "" {
			about += ", version " + string(f.VersionID)
		}
		fmt.Fprintf(a.out, "Key %s\n  problem  %s\n", about, f.Problem)
		if f.Advice != "" {
			fmt.Fprintf(a.out, "  advice   %s\n", f.Advice)
		}
		fmt.Fprintln(a.out)
	}
	return nil
}

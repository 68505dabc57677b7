package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/boot"
	"rekey/shared/config"
	"rekey/shared/plain"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
)

func (a *app) keyringPassphrase() *cobra.Command {
	var file string
	var remove bool
	c := &cobra.Command{
		Use:   "passphrase",
		Short: "Encrypt the keyring with a passphrase, another one, or none",
		Long: `Encrypt the keyring file with a passphrase, which every command and server that
opens it needs from then on: from --passphrase-file or REKEY_PASSPHRASE_FILE, or
typed at a terminal. The new passphrase is that of --new-passphrase-file; else
the configured one, if the keyring is in plain text; else you are asked, twice.
Who loses it loses the keys.

The file is two age files then (age-encryption.org), which docs/keyring.md takes
apart with age itself. Backups and other copies of the keyring, and blocks of
the disk, stay as they are. A server with REKEY_PASSPHRASE_FILE follows once the
new passphrase is in that file. One that was given the passphrase by hand must
be restarted, and so must all after the first passphrase and after --remove.`,
		Args: args(),
		RunE: func(c *cobra.Command, _ []string) error {
			k, cfg, err := a.keeper((*settings).ExistingKeyring)
			if err != nil {
				return err
			}
			next, err := newPassphrase(cfg, k, file, remove)
			if err != nil {
				return err
			}
			r, err := k.SetPassphrase(c.Context(), next)
			if err != nil {
				return err
			}
			return a.showPassphrase(r, k.Beside())
		},
	}
	c.Flags().StringVar(&file, "new-passphrase-file", "", "`FILE` with the new passphrase, 15 characters or more")
	c.Flags().BoolVar(&remove, "remove", false, "write the keyring in plain text")
	exclude(c, "new-passphrase-file", "remove")
	return c
}

// newPassphrase is what the keyring is to be encrypted with; nil for nothing.
func newPassphrase(s *settings, k *admin.Keeper, file string, remove bool) (*passphrase.Passphrase, error) {
	encrypted, err := k.Encrypted()
	switch {
	case err != nil || remove:
		return nil, exit.Missing(err)
	case file != "":
		return boot.PassphraseFile(&s.Config, file), exit.Setting(config.CheckFile("--new-passphrase-file", file))
	case !encrypted && s.passphrase.Configured():
		return s.passphrase, nil
	}
	return askNew()
}

func (a *app) showPassphrase(r *admin.Report, beside []admin.Beside) error {
	a.changed = true
	if a.json {
		return a.printJSON(keyringDocument(r))
	}
	fmt.Fprintf(a.out, "The keyring is written anew. %s\n\n", whoReads(r, "it"))
	a.showKeyring(r)
	for _, b := range beside {
		a.row("beside", "%s  of %s, as it was", plain.Text(b.Path), stamp(b.Modified))
	}
	return nil
}

// whoReads is the warning that goes with a keyring or a copy of it.
func whoReads(r *admin.Report, what string) string {
	if r.Encrypted {
		return "Whoever has its passphrase can decrypt everything, and without that nobody can."
	}
	return "Whoever reads " + what + " can decrypt everything."
}

// askNew asks for a new passphrase, twice.
func askNew() (*passphrase.Passphrase, error) {
	secret, err := terminal.Ask("New passphrase")
	if errors.Is(err, passphrase.ErrMissing) {
		return nil, exit.Usagef("there is no terminal to ask for a new passphrase: name a file that has it with " +
			"--new-passphrase-file")
	}
	again := secret
	if err == nil {
		if err := passphrase.CheckNew(secret); err != nil {
			return nil, exit.Usagef("the keyring is unchanged: %w", err)
		}
		again, err = terminal.Ask("The same again")
	}
	if err != nil {
		return nil, fmt.Errorf("the keyring is unchanged: %w", err)
	}
	if string(again) != string(secret) {
		return nil, exit.Usagef("the keyring is unchanged: the two passphrases are not the same")
	}
	return passphrase.Given(secret), nil
}

package keyring

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/settings"
	"rekey/cmd/rekey/internal/show"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/boot"
	"rekey/shared/config"
	"rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
)

func (g *group) setPassphrase() *cobra.Command {
	var file string
	var remove bool
	c := &cobra.Command{
		Use:   "passphrase",
		Short: "Encrypt the keyring with a passphrase, another one, or none",
		Long: `Encrypt the keyring file with a passphrase, which every command and server that
opens it needs from then on: from --passphrase-file or REKEY_PASSPHRASE_FILE, or
typed at a terminal. The new passphrase is that of --new-passphrase-file; else
the configured one, if the keyring is in plain text; else you are asked, twice.
If it is lost, so are the keys.

The file is two age files then (age-encryption.org), which docs/keyring.md takes
apart with age itself. Backups and other copies of the keyring, and blocks of
the disk, are not changed. A server with REKEY_PASSPHRASE_FILE follows once the
new passphrase is in that file. One that was given the passphrase by hand must
be restarted, and so must all after the first passphrase and after --remove.`,
		Example: `  (umask 077; openssl rand -base64 18 > phrase)
  rekey keyring passphrase --new-passphrase-file phrase
  rekey keyring passphrase --passphrase-file phrase --remove`,
		SuggestFor: []string{"password", "passwd", "rekey"},
		Args:       noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k, s, err := g.keeper(existing)
			if err != nil {
				return err
			}
			next, err := newPassphrase(s, k, file, remove)
			if err != nil {
				return err
			}
			r, err := k.SetPassphrase(c.Context(), next)
			if err != nil {
				return err
			}
			if err := g.showChange(r, "The keyring is written anew. "+whoReads(r, "it")); err != nil || g.json {
				return err
			}
			for _, b := range k.Beside() {
				g.row("beside", "%s  of %s, as it was", b.Path, show.Stamp(b.Modified))
			}
			return nil
		},
	}
	c.Flags().StringVar(&file, "new-passphrase-file", "", "a `FILE` with the new passphrase, 15 characters or more")
	c.Flags().BoolVar(&remove, "remove", false, "write the keyring in plain text")
	cli.Exclude(c, "new-passphrase-file", "remove")
	return c
}

// newPassphrase is the new passphrase of the keyring; nil for none.
func newPassphrase(s *settings.Settings, k *admin.Keeper, file string, remove bool) (*passphrase.Passphrase, error) {
	encrypted, err := k.Encrypted()
	switch {
	case err != nil || remove:
		return nil, exit.Missing(err)
	case file != "":
		return boot.PassphraseFile(&s.Config, file), exit.Setting(config.CheckFile("--new-passphrase-file", file))
	case !encrypted && s.Passphrase.Configured():
		return s.Passphrase, nil
	}
	return askNew()
}

// whoReads is the warning that goes with a keyring or a copy of it.
func whoReads(r *admin.Report, what string) string {
	if r.Encrypted {
		return "Anyone who has its passphrase can decrypt everything, and without that nobody can."
	}
	return "Anyone who reads " + what + " can decrypt everything."
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

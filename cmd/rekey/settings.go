package main

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"rekey/shared/boot"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/passphrase"
)

// settings are the environment with the flags over it, and the passphrase of
// the keyring. A command has one: so a person is asked once.
type settings struct {
	config.Config
	passphrase *passphrase.Passphrase
}

func (a *app) config() (*settings, error) {
	c, err := config.Load()
	if err != nil {
		return nil, failure{err, exitUsage}
	}
	if a.keyring != "" {
		c.Keyring = a.keyring
	}
	if a.phrase != "" {
		c.PassphraseFile = a.phrase
	}
	s := &settings{*c, boot.Passphrase(c)}
	if s.passphrase == nil {
		s.passphrase = passphrase.FromPerson(a.askFor)
	}
	return s, nil
}

// errAttended: a server asks nobody once it serves, for a request would wait
// for the answer.
var errAttended = errors.New("has a passphrase that this server was not given: restart rekey to type it")

func (a *app) askFor(path string) ([]byte, error) {
	if a.serving.Load() {
		return nil, errAttended
	}
	return askPassphrase("Passphrase of " + path)
}

// keyringFlag declares the flags of commands that open a keyring.
func (a *app) keyringFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.keyring, "keyring", "", "keyring `FILE` (default $REKEY_KEYRING, or rekey/keyring.json in your configuration folder)")
	c.Flags().StringVar(&a.phrase, "passphrase-file", "", "`FILE` with the passphrase of an encrypted keyring (default $REKEY_PASSPHRASE_FILE, or you are asked)")
}

// openAdmin is admin.Open with the exit status of a keyring that is missing.
func openAdmin(s *settings, create bool) (keyadmin.Admin, error) {
	if s.Store != config.StoreFile {
		return nil, usagef("REKEY_STORE is %s, and rekey manages and serves keys of a keyring file alone yet: unset it; the functions read Lockbox", s.Store)
	}
	ad, err := admin.Open(&s.Config, s.passphrase, create)
	if !create && errors.Is(err, fs.ErrNotExist) {
		err = failure{err, exitNotFound}
	}
	return ad, err
}

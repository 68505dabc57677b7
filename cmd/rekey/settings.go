package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"rekey/shared/boot"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
	"rekey/shared/store/file/passphrase"
)

// settings are the environment with the flags over it, and the passphrase of
// the keyring. A command has one: so a person is asked once.
type settings struct {
	config.Config
	passphrase *passphrase.Passphrase
	material   admin.Material
	window     *time.Duration // of --servers-window
	waiting    func(what string) (done func())
}

func (a *app) config() (*settings, error) {
	c, err := config.LoadFor(config.Store(a.store))
	if err != nil {
		return nil, failure{err, exitUsage}
	}
	if err := a.checkStore(c.Store); err != nil {
		return nil, err
	}
	if a.keyring != "" {
		c.Keyring = a.keyring
	}
	if a.phrase != "" {
		c.PassphraseFile = a.phrase
	}
	if a.folder != "" {
		c.FolderID = a.folder
	}
	s := &settings{*c, boot.Passphrase(c), admin.Material(a.material), a.window, a.waiting}
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
	ad, err := admin.Open(&s.Config, admin.Options{Passphrase: s.passphrase, Create: create, Material: s.material, ServersWindow: s.window, Waiting: s.waiting})
	if !create && errors.Is(err, fs.ErrNotExist) && s.Store == config.StoreFile {
		err = failure{err, exitNotFound}
	}
	return ad, s.blame(err)
}

// openService opens the configured store for the API.
func openService(s *settings, log *slog.Logger) (rest.Service, error) {
	service, err := boot.Service(&s.Config, s.passphrase, log)
	return service, s.blame(err)
}

// blame says of a Lockbox that cannot be opened that the environment is wrong:
// it has not been called yet.
func (s *settings) blame(err error) error {
	if err == nil || s.Store != config.StoreLockbox {
		return err
	}
	return failure{fmt.Errorf("the environment's settings of Lockbox: %w", err), exitUsage}
}

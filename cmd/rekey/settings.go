package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/boot"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	fileadmin "rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
)

// settings are the environment with the flags over it, and the passphrase of
// the keyring. A command has one: so a person is asked once.
type settings struct {
	config.Config
	passphrase *passphrase.Passphrase
	material   admin.Material
	window     *time.Duration // of --servers-window
	create     bool           // --create
	waiting    func(what string) (done func())
	late       func(lock string)
}

// config is what a command goes by that opens a store itself.
func (a *app) config() (*settings, error) { return a.load(false) }

// settings is config for a command that may ask a server instead.
func (a *app) settings() (*settings, error) { return a.load(true) }

func (a *app) load(asks bool) (*settings, error) {
	c, err := config.LoadWith(config.Flags{Store: config.Store(a.store), Keyring: a.keyring, PassphraseFile: a.phrase,
		FolderID: a.folder, Asks: asks,
		Lockbox: a.source.store == string(config.StoreLockbox)})
	if err != nil {
		return nil, exit.Setting(err)
	}
	if err := a.checkStore(c.Store); err != nil {
		return nil, err
	}
	s := &settings{*c, boot.Passphrase(c), admin.Material(a.material), a.window, a.create, a.waiting, a.late}
	if s.passphrase == nil {
		s.passphrase = passphrase.FromPerson(a.askFor)
	}
	return s, nil
}

// keyFiles are the keyring, what is kept beside it, its passphrase and the key
// of a service account or a token, as far as they are known: nothing else is written there.
func (s *settings) keyFiles() []string {
	if s == nil {
		return nil
	}
	path, _ := s.KeyringPath()
	return append(fileadmin.Files(path), s.PassphraseFile, s.SAKeyFile, s.TokenFile)
}

// errAttended: a server asks nobody once it serves, for a request would wait
// for the answer.
var errAttended = errors.New("has a passphrase that this server was not given: restart rekey with --passphrase-file " +
	"or REKEY_PASSPHRASE_FILE, or at a terminal to type it")

func (a *app) askFor(path string) ([]byte, error) {
	if a.serving.Load() {
		return nil, errAttended
	}
	return terminal.Ask("Passphrase of " + path)
}

// keyringFlag declares the flags of commands that open a keyring.
func (a *app) keyringFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.keyring, "keyring", "", "keyring `FILE` (default $REKEY_KEYRING, or rekey/keyring.json in "+
		"your configuration folder)")
	c.Flags().StringVar(&a.phrase, "passphrase-file", "", "`FILE` with the passphrase of an encrypted keyring "+
		"(default $REKEY_PASSPHRASE_FILE, or you are asked)")
}

// createFlag declares the flag of commands that make a keyring.
func (a *app) createFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.create, "create", false, "make a keyring if there is none, also where --keyring or "+
		"$REKEY_KEYRING names one")
}

// mayCreate: a keyring that is missing where one was named is a path that was
// mistyped, or a volume that is not mounted.
func (s *settings) mayCreate() bool { return s.create || s.Keyring == "" }

// openAdmin is admin.Open with the exit status of a keyring that is missing.
// Unless it may be made, create does not matter.
func openAdmin(s *settings, create bool) (keyadmin.Admin, error) {
	create = create && s.mayCreate()
	ad, err := admin.Open(&s.Config, admin.Options{Passphrase: s.passphrase, Create: create, CreateAnew: s.create,
		Material: s.material, ServersWindow: s.window, Waiting: s.waiting, Late: s.late})
	if errors.Is(err, fs.ErrNotExist) && s.Store == config.StoreFile {
		err = exit.With(exit.NotFound, err)
	}
	return ad, s.blame(err)
}

// openService opens the configured store for the API.
func openService(s *settings, log *slog.Logger, rules *pipeline.Pipeline) (*kms.Service, error) {
	service, err := boot.Service(&s.Config, s.passphrase, log, rules)
	return service, s.blame(err)
}

// blame says of a Lockbox that cannot be opened that the environment is wrong:
// it has not been called yet.
func (s *settings) blame(err error) error {
	if err == nil || s.Store != config.StoreLockbox {
		return err
	}
	return exit.With(exit.Usage, fmt.Errorf("the environment's settings of Lockbox: %w", err))
}

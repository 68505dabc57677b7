package settings

import (
	"context"
	"fmt"
	"log/slog"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/boot"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/plain"
	fileadmin "rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
)

// Settings are the environment with the flags over it, and the passphrase of the
// keyring. A command has one for each store: so a person is asked once.
type Settings struct {
	config.Config
	Passphrase *passphrase.Passphrase
	flags      Flags
}

// KeyFiles are the keyring, what is kept beside it, its passphrase and the key of
// a service account or a token, as far as they are known: nothing else is written
// there.
func (s *Settings) KeyFiles() []string {
	if s == nil {
		return nil
	}
	path, _ := s.KeyringPath()
	return append(fileadmin.Files(path), s.PassphraseFile, s.SAKeyFile, s.TokenFile)
}

// InFile reports whether the keys are in a keyring file.
func (s *Settings) InFile() bool { return s.Store == config.StoreFile }

// AsFlags names the store behind --store, whatever the environment says.
func (s *Settings) AsFlags() string {
	flags := string(s.Store)
	if path, err := s.KeyringPath(); err == nil && s.InFile() {
		flags += " --keyring " + plain.Shell(path)
	}
	return flags
}

// At are the settings of another keyring, which may be made.
func (s *Settings) At(keyring string) *Settings {
	other := *s
	other.Keyring, other.flags.Create = keyring, true
	return &other
}

// MayCreate: a keyring that is missing where one was named is a path that was
// mistyped, or a volume that is not mounted.
func (s *Settings) MayCreate() bool { return s.flags.Create || s.Keyring == "" }

// OpenAdmin opens the store for its administrator. Unless a keyring may be made,
// create does not matter.
func (s *Settings) OpenAdmin(create bool) (keyadmin.Admin, error) {
	ad, err := admin.Open(&s.Config, admin.Options{Passphrase: s.Passphrase, Create: create && s.MayCreate(),
		CreateAnew: s.flags.Create, Material: admin.Material(s.flags.Material), ServersWindow: s.flags.Window,
		Waiting: s.waiting, Late: s.late})
	if s.InFile() {
		err = exit.Missing(err)
	}
	return ad, s.blame(err)
}

// OpenService opens the store for the API.
func (s *Settings) OpenService(log *slog.Logger, rules *pipeline.Pipeline) (*kms.Service, error) {
	service, err := boot.Service(&s.Config, s.Passphrase, log, rules)
	return service, s.blame(err)
}

// OpenKeeper opens a keyring file that need not be good.
func (s *Settings) OpenKeeper(path string) (*fileadmin.Keeper, error) {
	return fileadmin.Keep(path, fileadmin.Options{Window: s.Window(), Passphrase: s.Passphrase,
		Shared: s.AllowReadableSecrets, Late: s.late})
}

// blame says of a Lockbox that cannot be opened that the environment is wrong:
// it has not been called yet.
func (s *Settings) blame(err error) error {
	if err == nil || s.InFile() {
		return err
	}
	return exit.With(exit.Usage, fmt.Errorf("the environment's settings of Lockbox: %w", err))
}

// Purge takes the material of versions whose time has come. It never fails a
// command: on a read-only disk reading still works.
func (s *Settings) Purge(ctx context.Context, ad keyadmin.Admin) {
	if p, ok := ad.(keyadmin.Purger); ok {
		if _, err := p.Purge(ctx); err != nil {
			s.flags.streams.Warnf("destroyed versions could not be purged: %v", err)
		}
	}
}

// waiting shows a person what Lockbox has not done yet.
func (s *Settings) waiting(what string) (done func()) {
	if terminal.Is(s.flags.streams.Err) {
		fmt.Fprintf(s.flags.streams.Err, "rekey: waiting for Lockbox: %s\n", plain.Text(what))
	}
	return func() {}
}

// late says why nothing happens: another process changes the keyring, or has
// stopped while it did.
func (s *Settings) late(lock string) {
	fmt.Fprintf(s.flags.streams.Err,
		"rekey: waiting for another process that changes the keyring and has its lock, %s\n", plain.Text(lock))
}

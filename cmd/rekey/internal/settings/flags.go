// Package settings is which store a command uses, and how: the environment with
// the flags over it, the keyring's passphrase, the store opened, the key that a
// person means.
package settings

import (
	"time"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/boot"
	"rekey/shared/config"
	"rekey/shared/store/file/passphrase"
)

// Flags are what a command line says of a store. A command has the flags that it
// declares; the others are empty.
type Flags struct {
	Store      string         // --store
	Keyring    string         // --keyring
	Passphrase string         // --passphrase-file
	Folder     string         // --folder-id
	Material   string         // --material
	Window     *time.Duration // --servers-window
	Create     bool           // --create

	Source  bool                              // a second store, and the environment speaks of the first
	Lockbox bool                              // another store of the command is Lockbox
	Ask     func(path string) ([]byte, error) // asks for the passphrase of a keyring

	streams *cli.Streams
	only    []onlyFor
}

// onlyFor is a flag that means nothing for another store.
type onlyFor struct {
	flag  string
	store config.Store
	given func() bool
}

// New are flags of which none is given.
func New(s *cli.Streams) *Flags { return &Flags{Ask: AskFor, streams: s} }

// AskFor asks the person at the terminal for the passphrase of a keyring.
func AskFor(path string) ([]byte, error) { return terminal.Ask("Passphrase of " + path) }

// Declare declares the flags of commands that work on either store.
func (f *Flags) Declare(c *cobra.Command) {
	cli.Choice(c, &f.Store, "store", "the `STORE` of the keys: file or lockbox (default $REKEY_STORE, or file)",
		string(config.StoreFile), string(config.StoreLockbox))
	f.DeclareKeyring(c)
}

// DeclareKeyring declares the flags of commands that open a keyring.
func (f *Flags) DeclareKeyring(c *cobra.Command) {
	c.Flags().StringVar(&f.Keyring, "keyring", "",
		"keyring `FILE` (default $REKEY_KEYRING, or rekey/keyring.json in your configuration folder)")
	c.Flags().StringVar(&f.Passphrase, "passphrase-file", "",
		"a `FILE` with the passphrase of an encrypted keyring (default $REKEY_PASSPHRASE_FILE, or you are asked)")
	f.Only(c, config.StoreFile, "keyring", "passphrase-file")
}

// DeclareCreate declares the flag of commands that make a keyring.
func (f *Flags) DeclareCreate(c *cobra.Command) {
	c.Flags().BoolVar(&f.Create, "create", false,
		"make a keyring if there is none, also where --keyring or $REKEY_KEYRING names one")
	f.Only(c, config.StoreFile, "create")
}

// Only says which of a command's flags are only for one store.
func (f *Flags) Only(c *cobra.Command, store config.Store, flags ...string) {
	for _, name := range flags {
		value := c.Flag(name)
		f.only = append(f.only, onlyFor{name, store, func() bool {
			return value.Changed && value.Value.String() != "false"
		}})
	}
}

// check refuses a flag that means nothing for the store in use: who gives it
// means the other one.
func (f *Flags) check(s config.Store) error {
	prefix, keys := "", "the keys are"
	if f.Source {
		prefix, keys = "source-", "the source key is"
	}
	for _, o := range f.only {
		if o.store != s && o.given() {
			return exit.Usagef("--%s is for %s, and %s in %s: leave it out, or say --%sstore %s", o.flag,
				places[o.store],
				keys, places[s], prefix, o.store)
		}
	}
	return nil
}

// places are the stores, as people call them.
var places = map[config.Store]string{config.StoreFile: "a keyring file", config.StoreLockbox: "Lockbox"}

// Load is what a command goes by that opens a store itself.
func (f *Flags) Load() (*Settings, error) { return f.load(false) }

// LoadOrAsk is Load for a command that may ask a server instead.
func (f *Flags) LoadOrAsk() (*Settings, error) { return f.load(true) }

func (f *Flags) load(asks bool) (*Settings, error) {
	store := config.Store(f.Store)
	if f.Source && store == "" { // who names a file has not to say what it is
		store = config.StoreFile
	}
	c, err := config.LoadWith(config.Flags{Store: store, Keyring: f.Keyring,
		PassphraseFile: f.Passphrase, FolderID: f.Folder, Asks: asks, Lockbox: f.Lockbox, Source: f.Source})
	if err != nil {
		return nil, exit.Setting(err)
	}
	if err := f.check(c.Store); err != nil {
		return nil, err
	}
	s := &Settings{*c, boot.Passphrase(c), *f}
	if s.Passphrase == nil {
		s.Passphrase = passphrase.FromPerson(f.Ask)
	}
	return s, nil
}

package crypto

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/passphrase"
)

// source is what the flags say of the place that has a re-encryption's source
// key; if they say nothing, it is the place of the new key.
type source struct {
	endpoint
	*settings.Flags
}

func (s *source) declare(c *cobra.Command) {
	s.Source, s.Ask = true, askForSource
	f := c.Flags()
	cli.Choice(c, &s.Store, "source-store", "the `STORE` of the source key, if it is another: file or lockbox",
		string(config.StoreFile), string(config.StoreLockbox))
	f.StringVar(&s.Keyring, "source-keyring", "", "the keyring `FILE` of the source key, if it is another")
	f.StringVar(&s.Passphrase, "source-passphrase-file", "",
		"a `FILE` with the passphrase of that keyring (or you are asked)")
	s.Only(c, config.StoreFile, "source-keyring", "source-passphrase-file")
	s.endpoint.declare(c, "source-", " for the source key, if that is elsewhere")
}

// asks: the source key is at a server.
func (s *source) asks() bool { return s.endpoint != endpoint{} }

// stored: it is in a store.
func (s *source) stored() bool { return s.Store+s.Keyring+s.Passphrase != "" }

// place is where the source key is: where the flags say, or the environment.
func (s *source) place() (place, error) {
	store, err := s.LoadOrAsk()
	if err != nil || !s.asks() {
		return place{store: store}, err
	}
	url := cmp.Or(s.url, store.Endpoint)
	if url == "" {
		return place{}, exit.Usagef("--source-token-file is for a server: name it with --source-endpoint")
	}
	token, err := readToken(store, "--source-token-file", s.file, url == store.Endpoint)
	return place{url: url, token: token}, err
}

// completeSourceKey is completeKey for the place of the source key.
func (f *reencryption) completeSourceKey(c *cobra.Command, given []string, typed string) ([]string,
	cobra.ShellCompDirective) {
	switch {
	case f.from.asks():
		return cli.Matching(typed)
	case f.from.stored():
		return f.from.CompleteKey(c, given, typed)
	}
	return f.completeKey(c, given, typed)
}

func askForSource(path string) ([]byte, error) {
	secret, err := settings.AskFor(path)
	if errors.Is(err, passphrase.ErrMissing) {
		err = exit.Usagef("is encrypted with a passphrase: name a file that has it with " +
			"--source-passphrase-file, or run rekey at a terminal")
	}
	return secret, err
}

// ofSource says which of two stores an error is of, and how that one is listed.
func (p place) ofSource(err error) error {
	listed := errors.Is(err, keyadmin.ErrNotFound) && !errors.Is(err, settings.ErrNotServed) &&
		!errors.Is(err, fs.ErrNotExist)
	hint := ""
	switch {
	case listed && p.store != nil:
		hint = fmt.Sprintf(" (there: `rekey keys list --store %s`)", p.store.AsFlags())
	case errors.Is(err, passphrase.ErrWrong), errors.Is(err, passphrase.ErrPlain):
		hint = " (--source-passphrase-file is for this keyring)"
	}
	return fmt.Errorf("the source: %w%s", err, hint)
}

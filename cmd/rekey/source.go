package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/api"
	"rekey/shared/boot"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
	"rekey/shared/store/file/passphrase"
)

// source is what the flags say of the store that has a re-encryption's source
// key; the zero value is the store of the new key.
type source struct {
	endpoint
	store   string // --source-store
	keyring string // --source-keyring
	phrase  string // --source-passphrase-file
}

func (a *app) sourceFlags(c *cobra.Command) {
	s := &a.source
	f := c.Flags()
	f.StringVar(&s.store, "source-store", "", "the `STORE` of the source key, if it is another: file or lockbox")
	f.StringVar(&s.keyring, "source-keyring", "", "the keyring `FILE` of the source key, if it is another")
	f.StringVar(&s.phrase, "source-passphrase-file", "", "`FILE` with the passphrase of that keyring (or you are "+
		"asked)")
	before(c, func() error {
		return oneOf("source-store", s.store, string(config.StoreFile), string(config.StoreLockbox))
	})
	s.endpoint.flags(c, "source-", " for the source key, if that is elsewhere")
}

// asks: the source key is at a server.
func (s source) asks() bool { return s.endpoint != endpoint{} }

// stored: it is in a store.
func (s source) stored() bool { return s.store+s.keyring+s.phrase != "" }

// kind is the store that is meant: who names a file has not to say what it is.
func (s source) kind() config.Store {
	return config.Store(cmp.Or(s.store, string(config.StoreFile)))
}

// check refuses a flag that means nothing for the store.
func (s source) check() error {
	flag := "source-keyring"
	if s.keyring == "" {
		flag = "source-passphrase-file"
	}
	if s.kind() == config.StoreFile || s.keyring+s.phrase == "" {
		return nil
	}
	return exit.Usagef("--%s is for a keyring file, and the source key is in Lockbox: "+
		"leave it out, or say --source-store file", flag)
}

// services is the service of the new key's store, which opens with that of the
// source's, and the ids of both keys.
func (f *crypto) services(ctx context.Context, sourceKey string) (api.Crypto, []key.ID, error) {
	if f.app.source == (source{}) {
		return f.service(ctx, f.key, sourceKey)
	}
	to, err := f.target()
	if err != nil {
		return nil, nil, err
	}
	from, err := f.app.sourcePlace()
	if err != nil {
		return nil, nil, err
	}
	f.never, f.opening = append(f.never, append(from.store.keyFiles(), f.app.source.file)...), from.store
	if isSame(to, from) { // nobody is asked for a passphrase twice, and the plaintext stays at its server
		return f.open(ctx, to, f.key, sourceKey)
	}
	opening, sourceIDs, err := f.open(ctx, from, sourceKey)
	if err != nil {
		return nil, nil, from.ofSource(err)
	}
	sealing, ids, err := f.open(ctx, to, f.key)
	if err != nil {
		return nil, nil, err
	}
	return between(opening, sealing), append(ids, sourceIDs...), nil
}

// sourcePlace is target for the source key.
func (a *app) sourcePlace() (place, error) {
	s, err := a.sourceConfig()
	if err != nil || !a.source.asks() {
		return place{store: s}, err
	}
	url := cmp.Or(a.source.url, s.Endpoint)
	if url == "" {
		return place{}, exit.Usagef("--source-token-file is for a server: name it with --source-endpoint")
	}
	token, err := readToken(s, "--source-token-file", a.source.file, url == s.Endpoint)
	return place{url: url, token: token}, err
}

// sourceConfig is config for the source's store.
func (a *app) sourceConfig() (*settings, error) {
	s := a.source
	if err := s.check(); err != nil {
		return nil, err
	}
	c, err := config.LoadWith(config.Flags{Store: s.kind(), Keyring: s.keyring, PassphraseFile: s.phrase, Source: true,
		Asks: true})
	if err != nil {
		return nil, exit.Setting(err)
	}
	p := boot.Passphrase(c)
	if p == nil {
		p = passphrase.FromPerson(a.askForSource)
	}
	return &settings{Config: *c, passphrase: p, waiting: a.waiting}, nil
}

func (a *app) askForSource(path string) ([]byte, error) {
	secret, err := a.askFor(path)
	if errors.Is(err, passphrase.ErrMissing) {
		err = exit.Usagef("is encrypted with a passphrase: name a file that has it with " +
			"--source-passphrase-file, or run rekey at a terminal")
	}
	return secret, err
}

// ofSource tells which of two stores an error is of, and how that one is listed.
func (p place) ofSource(err error) error {
	listed := errors.Is(err, keyadmin.ErrNotFound) && !errors.Is(err, errNotServed) && !errors.Is(err, fs.ErrNotExist)
	if listed && p.store != nil {
		return fmt.Errorf("the source: %w (there: `rekey keys list --store %s`)", err, p.store.asFlags())
	}
	if errors.Is(err, passphrase.ErrWrong) || errors.Is(err, passphrase.ErrPlain) {
		return fmt.Errorf("the source: %w (--source-passphrase-file is for this keyring)", err)
	}
	return fmt.Errorf("the source: %w", err)
}

// asFlags names the store behind --store, whatever the environment says.
func (s *settings) asFlags() string {
	flags := string(s.Store)
	if path, err := s.KeyringPath(); err == nil && s.Store == config.StoreFile {
		flags += " --keyring " + plain.Shell(path)
	}
	return flags
}

// isSame reports whether two places are one, entered in one way. There is one
// Lockbox in an environment.
func isSame(one, other place) bool {
	a, b := one.store, other.store
	if a == nil || b == nil {
		return one == other
	}
	if a.Store != b.Store || a.Store == config.StoreLockbox {
		return a.Store == b.Store
	}
	return a.PassphraseFile == b.PassphraseFile && isSameFile(a, b)
}

func isSameFile(a, b *settings) bool {
	var infos [2]os.FileInfo
	for i, s := range []*settings{a, b} {
		path, err := s.KeyringPath()
		if err != nil {
			return false
		}
		if infos[i], err = os.Stat(path); err != nil {
			return false
		}
	}
	return os.SameFile(infos[0], infos[1])
}

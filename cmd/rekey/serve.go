package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"rekey/shared/boot"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
	"rekey/shared/server"
)

const anyoneFlag = "allow-anyone-on-the-network"

func (a *app) serve() *cobra.Command {
	var addr, seed string
	var anyone bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API on this machine",
		Long: `Serve the API over HTTP, on loopback and to anyone there. A keyring with a
first key is created if there is none. --seed serves a fixed set of keys for
tests instead, from a temporary keyring that is removed at the end, or from a
new file that --keyring names.`,
		Args: args(),
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			if cfg.Auth == config.AuthPlatform {
				return usagef("REKEY_AUTH is platform, and serve has no platform in front that authenticates callers: unset it, or set it to none")
			}
			return a.serveOn(c.Context(), cfg, addr, anyone, seed)
		},
	}
	a.keyringFlag(c)
	a.jsonFlag(c)
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8480", "`HOST:PORT` to listen on; port 0 is any free one")
	c.Flags().StringVar(&seed, "seed", "", "serve the keys of this `FILE`, a new keyring at every start")
	c.Flags().BoolVar(&anyone, anyoneFlag, false, "listen beyond loopback, and let everyone who can connect use every key")
	return c
}

// serveOn opens everything, says what it is, and serves until the end.
func (a *app) serveOn(ctx context.Context, cfg *config.Config, addr string, anyone bool, seed string) error {
	ln, err := server.Listen(ctx, addr, anyone)
	if errors.Is(err, server.ErrNotLoopback) {
		return usagef("%v: nobody is authenticated, so they could use every key; if that is meant, say --%s", err, anyoneFlag)
	}
	if err != nil {
		return err
	}
	defer ln.Close()
	if seed != "" {
		remove, err := seedKeyring(ctx, cfg, seed)
		if err != nil {
			return err
		}
		defer remove()
	}
	ad, created, err := openOrCreate(ctx, cfg)
	if err != nil {
		return err
	}
	log := boot.Log()
	service, err := boot.Service(cfg, log)
	if err != nil {
		return err
	}
	if err := a.banner(ctx, cfg, ad, ln, created); err != nil {
		return err
	}
	go a.purgeEvery(ctx, ad)
	return server.Serve(ctx, ln, server.Handler(rest.New(service, log)), log)
}

// openOrCreate opens the keyring, and makes one with a first key if there is
// none.
func openOrCreate(ctx context.Context, cfg *config.Config) (keyadmin.Admin, bool, error) {
	ad, err := admin.Open(cfg, false)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return ad, false, err
	}
	if ad, err = admin.Open(cfg, true); err != nil {
		return nil, false, err
	}
	_, err = ad.Create(ctx, keyadmin.Creation{Name: "first", Algorithm: key.AES256})
	return ad, true, err
}

// seedKeyring makes a new keyring of a seed: where the configuration names
// one, or in a temporary folder that the returned function removes.
func seedKeyring(ctx context.Context, cfg *config.Config, seed string) (remove func(), err error) {
	data, err := os.ReadFile(seed)
	if err != nil {
		return nil, fmt.Errorf("reading the seed: %w", err)
	}
	s, err := keyadmin.ReadSeed(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", seed, err)
	}
	remove = func() {}
	undo := func() { os.Remove(cfg.Keyring) }
	if cfg.Keyring == "" {
		dir, err := os.MkdirTemp("", "rekey-seed-")
		if err != nil {
			return nil, err
		}
		cfg.Keyring, remove = filepath.Join(dir, "keyring.json"), func() { os.RemoveAll(dir) }
	} else if _, err := os.Lstat(cfg.Keyring); err == nil {
		return nil, usagef("--seed makes a new keyring, and %s exists: leave out --seed to serve it, or name another file", cfg.Keyring)
	}
	ad, err := admin.Open(cfg, true)
	if err == nil {
		err = s.Apply(ctx, ad)
	}
	if err != nil {
		undo()
		remove()
		return nil, err
	}
	return remove, nil
}

// purgeEvery removes the material of versions whose time has come while the
// server runs.
func (a *app) purgeEvery(ctx context.Context, ad keyadmin.Admin) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		a.purge(ctx, ad)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// serving is the banner as a document.
type serving struct {
	Address string `json:"address"`
	Keyring string `json:"keyring"`
	KeyID   key.ID `json:"keyId,omitzero"`
}

// banner prints where the server is and how to try it, with a key that works.
func (a *app) banner(ctx context.Context, cfg *config.Config, ad keyadmin.Admin, ln net.Listener, created bool) error {
	fmt.Fprintln(a.err, "rekey: REKEY_AUTH is none here: nobody is authenticated, whoever can connect may use every key")
	all, err := ad.List(ctx)
	if err != nil {
		return err
	}
	path, err := cfg.KeyringPath()
	if err != nil {
		return err
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	doc := serving{Address: "http://" + ln.Addr().String(), Keyring: path, KeyID: usable(all)}
	if a.json {
		return a.printJSON(doc)
	}
	a.printBanner(doc, created)
	return nil
}

// usable picks a key to try: the oldest that is active.
func usable(all []*keyadmin.Key) key.ID {
	for _, k := range all {
		if k.Status == key.Active && k.PrimaryVersion != nil && k.PrimaryVersion.Status == key.VersionActive {
			return k.ID
		}
	}
	return ""
}

func (a *app) printBanner(d serving, created bool) {
	note := ""
	if created {
		note = "  (new: back it up, without it nothing can be decrypted)"
	}
	fmt.Fprintf(a.out, "rekey serves on %s\nkeyring  %s%s\n", d.Address, d.Keyring, note)
	if d.KeyID == "" {
		fmt.Fprintln(a.out, "There is no active key: `rekey keys create` makes one.")
		return
	}
	url := d.Address + rest.Prefix + string(d.KeyID)
	fmt.Fprintf(a.out, `key      %s

Try it, in another terminal:
curl -s %s:encrypt -d '{"plaintext":"aGVsbG8sIEtNUw=="}' | tee /tmp/rekey-hello.json
curl -s %s:decrypt -d "$(sed 's/"versionId":"[^"]*",//' /tmp/rekey-hello.json)"
`, d.KeyID, url, url)
}

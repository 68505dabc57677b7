package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/process"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

// keys is `rekey keys ...`: the administrator's commands.
func (a *app) keys() *cobra.Command {
	c := &cobra.Command{
		Use:   "keys",
		Short: "Create, rotate and otherwise manage keys",
		Long: `Manage the keys of a keyring file, or with --store lockbox those in a folder of
Yandex Lockbox (docs/lockbox.md). KEY is an id, or a name that one key alone
has; in Lockbox 20 small letters and digits are always an id. VERSION is an id.
A server over the file follows every change within a second, one over Lockbox
within REKEY_CACHE_TTL.`,
		Args: subcommands,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, sub := range []*cobra.Command{
		a.keysCreate(), a.keysList(), a.keysGet(), a.keysVersions(), a.keysRotate(), a.keysSetPrimary(),
		a.keysEnable(), a.keysDisable(), a.keysSchedule(), a.keysCancel(), a.keysDelete(), a.keysImport(),
		a.keysCheck(),
	} {
		a.storeFlag(sub)
		a.keyringFlag(sub)
		a.folderFlag(sub)
		a.jsonFlag(sub)
		c.AddCommand(sub)
	}
	return c
}

// admin opens the store for its administrator. From then on a signal ends what
// is under way by its context, so that it can undo what it has begun.
func (a *app) admin(create bool) (keyadmin.Admin, error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	process.Attend()
	if create && c.Store == config.StoreFile {
		a.made = absent(c)
	}
	return openAdmin(c, create)
}

// absent is where the keyring would be; empty if there is something.
func absent(c *settings) string {
	path, err := c.KeyringPath()
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return ""
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}

// sayMade says where the keyring is that a command has made: often nobody has
// named it, and it must not be lost.
func (a *app) sayMade() {
	if a.made != "" {
		fmt.Fprintf(a.err, "rekey: made a new keyring, %s\n", plain.Text(a.made))
	}
}

// withKey opens the store, finds KEY and calls f with both. Versions whose
// time has come lose their material on the way, so that any command does it.
func (a *app) withKey(ctx context.Context, idOrName string, f func(keyadmin.Admin, *keyadmin.Key) error) error {
	s, err := a.config()
	if err != nil {
		return err
	}
	process.Attend()
	ad, err := openAdmin(s, false)
	if err != nil {
		return err
	}
	a.purge(ctx, ad)
	find := s.find
	if a.now {
		find = s.findLeft
	}
	k, err := find(ctx, ad, idOrName)
	if err != nil {
		return err
	}
	return f(ad, k)
}

// withVersion is withKey for a command of a KEY and a VERSION.
func (a *app) withVersion(ctx context.Context, given []string,
	f func(keyadmin.Admin, *keyadmin.Key, key.VersionID) error) error {
	v, err := versionArg(given[1])
	if err != nil {
		return err
	}
	return a.withKey(ctx, given[0], func(ad keyadmin.Admin, k *keyadmin.Key) error { return f(ad, k, v) })
}

// versionArg checks a VERSION.
func versionArg(s string) (key.VersionID, error) {
	v := key.VersionID(s)
	if err := v.Check(); err != nil {
		return "", exit.Usagef("VERSION %v", err)
	}
	return v, nil
}

// purge never fails a command: on a read-only disk reading still works.
func (a *app) purge(ctx context.Context, ad keyadmin.Admin) {
	p, ok := ad.(keyadmin.Purger)
	if !ok {
		return
	}
	if _, err := p.Purge(ctx); err != nil {
		a.warnf("destroyed versions could not be purged: %v", err)
	}
}

// algorithmFlag reads an algorithm as the API spells it, or as yc does (aes-256);
// empty is 0, the default of whoever asks.
func algorithmFlag(flag, name string) (key.Algorithm, error) {
	if name == "" {
		return 0, nil
	}
	alg, err := key.ParseAlgorithm(strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
	if err != nil {
		return 0, exit.Usagef("--%s: %w", flag, err)
	}
	return alg, nil
}

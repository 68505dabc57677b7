// Package keys is `rekey keys ...`: the administrator's commands.
package keys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/process"
	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

// group is what the commands share.
type group struct {
	*cli.Streams
	flags *settings.Flags
	json  bool // --json
	now   bool // --now, of delete
}

const noRename = "a key keeps the name that it was created with"

// Command is the group with its commands.
func Command(s *cli.Streams) *cobra.Command {
	g := &group{Streams: s, flags: settings.New(s)}
	c := cli.Parent(&cobra.Command{
		Use:   "keys",
		Short: "Create, rotate and otherwise manage keys",
		Long: `Manage the keys of a keyring file, or with --store lockbox those in a folder of
Yandex Lockbox (docs/lockbox.md). KEY is an id, or a name that only one key has;
in Lockbox 20 small letters and digits are always an id. VERSION is an id. A
server over the file follows every change within a second, one over Lockbox
within REKEY_CACHE_TTL.`,
		Example:     "  rekey keys list",
		Annotations: map[string]string{"no rename": noRename, "no update": noRename, "no edit": noRename},
	}, g.create(), g.list(), g.get(), g.versions(), g.rotate(), g.setPrimary(), g.enable(), g.disable(), g.schedule(),
		g.cancel(), g.delete(), g.importMaterial(), g.check())
	for _, sub := range c.Commands() {
		g.flags.Declare(sub)
		sub.Flags().StringVar(&g.flags.Folder, "folder-id", "",
			"with Lockbox: the `ID` of the folder that has the keys (default $REKEY_FOLDER_ID)")
		g.flags.Only(sub, config.StoreLockbox, "folder-id")
		sub.Flags().BoolVar(&g.json, "json", false, "print one JSON document with the field names of Yandex KMS")
		sub.ValidArgsFunction = cli.Arguments(sub.Use, map[string]cobra.CompletionFunc{
			"KEY": g.flags.CompleteKey, "VERSION": g.completeVersion})
	}
	return c
}

func (g *group) completeVersion(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	return g.flags.CompleteVersion(c, given[0], typed)
}

// open opens the store. From then on a signal ends what is under way by its
// context, so that it can undo what it has begun. Versions whose time has come
// lose their material on the way, so that any command does it.
func (g *group) open(ctx context.Context) (*settings.Settings, keyadmin.Admin, error) {
	s, err := g.flags.Load()
	if err != nil {
		return nil, nil, err
	}
	process.Attend()
	ad, err := s.OpenAdmin(false)
	if err == nil {
		s.Purge(ctx, ad)
	}
	return s, ad, err
}

// run is what cobra runs.
type run = func(c *cobra.Command, given []string) error

// withKey is a command that opens the store, finds KEY and calls f with both.
func (g *group) withKey(f func(context.Context, keyadmin.Admin, *keyadmin.Key) error) run {
	return func(c *cobra.Command, given []string) error {
		s, ad, err := g.open(c.Context())
		if err != nil {
			return err
		}
		k, err := s.Find(c.Context(), ad, given[0])
		if g.now && errors.Is(err, keyadmin.ErrNotFound) {
			k, err = findDeleted(c.Context(), ad, given[0], err)
		}
		if err != nil {
			return err
		}
		return f(c.Context(), ad, k)
	}
}

// withVersion is withKey for a command of a KEY and a VERSION.
func (g *group) withVersion(f func(context.Context, keyadmin.Admin, key.ID, key.VersionID) error) run {
	return func(c *cobra.Command, given []string) error {
		v, err := cli.VersionID(given[1])
		if err != nil {
			return err
		}
		return g.withKey(func(ctx context.Context, ad keyadmin.Admin, k *keyadmin.Key) error {
			return f(ctx, ad, k.ID, v)
		})(c, given)
	}
}

// add opens the store, which is made if it may be, and calls f; then it says
// where the keyring is: often nobody has named it, and it must not be lost.
func add[T any](g *group, f func(keyadmin.Admin) (T, error)) (made T, err error) {
	s, err := g.flags.Load()
	if err != nil {
		return made, err
	}
	process.Attend()
	path := absent(s)
	ad, err := s.OpenAdmin(true)
	if err != nil {
		return made, err
	}
	made, err = f(ad)
	if err == nil && path != "" {
		fmt.Fprintf(g.Err, "rekey: made a new keyring, %s\n", plain.Text(path))
	}
	return made, err
}

// absent is where the keyring would be; empty if there is something, or the keys
// are elsewhere.
func absent(s *settings.Settings) string {
	path, err := s.KeyringPath()
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil || !s.InFile() {
		return ""
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}

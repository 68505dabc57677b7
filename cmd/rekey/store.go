package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/boot/admin"
	"rekey/shared/config"
)

// storeFlag declares the flag of commands that work on either store.
func (a *app) storeFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.store, "store", "", "the `STORE` of the keys: file or lockbox (default $REKEY_STORE, or "+
		"file)")
	before(c, func() error { return oneOf("store", a.store, string(config.StoreFile), string(config.StoreLockbox)) })
}

func (a *app) folderFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.folder, "folder-id", "", "with Lockbox: the `ID` of the folder that has the keys (default "+
		"$REKEY_FOLDER_ID)")
}

func (a *app) materialFlag(c *cobra.Command, otherwise string) {
	c.Flags().StringVar(&a.material, "material", "", "`WHO` makes the material with Lockbox: local (this machine) or "+
		"generated (Lockbox, and nobody sees it) (default: "+otherwise+")")
	before(c, func() error { return oneOf("material", a.material, string(admin.Local), string(admin.Generated)) })
}

// oneOf refuses a value that a flag does not have; an empty one is no flag.
func oneOf(flag, value string, words ...string) error {
	if value == "" || slices.Contains(words, value) {
		return nil
	}
	last := len(words) - 1
	return exit.Usagef("--%s is %s: want %s or %s", flag, config.Short(value), strings.Join(words[:last], ", "),
		words[last])
}

// checkStore refuses a flag that means nothing for the store in use: whoever
// gives it means the other one.
func (a *app) checkStore(s config.Store) error {
	for _, f := range []struct {
		name  string
		given bool
		of    config.Store
	}{
		{"keyring", a.keyring != "", config.StoreFile},
		{"passphrase-file", a.phrase != "", config.StoreFile},
		{"create", a.create, config.StoreFile},
		{"seed", a.seed != "", config.StoreFile},
		{"folder-id", a.folder != "", config.StoreLockbox},
		{"material", a.material != "", config.StoreLockbox},
		{"now", a.now, config.StoreLockbox},
	} {
		if f.given && f.of != s {
			return exit.Usagef("--%s is for %s, and the keys are in %s: leave it out, or say --store %s", f.name,
				places[f.of], places[s], f.of)
		}
	}
	return nil
}

// places are the stores, as people call them.
var places = map[config.Store]string{config.StoreFile: "a keyring file", config.StoreLockbox: "Lockbox"}

// Package admin opens the configured store for its administrator. It is apart
// from package boot so that no function links what changes keys.
package admin

import (
	"time"

	"rekey/shared/config"
	"rekey/shared/keyadmin"
	fileadmin "rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
	"rekey/shared/store/lockbox"
	lockboxadmin "rekey/shared/store/lockbox/admin"
)

// Options are what the environment does not say.
type Options struct {
	// ServersWindow, unless nil, is instead of config's Window.
	ServersWindow *time.Duration

	// Of a keyring file:

	Passphrase *passphrase.Passphrase // may be nil
	// Create makes a missing keyring file, which is an error that wraps
	// fs.ErrNotExist otherwise.
	Create bool
	// CreateAnew, with Create, makes one also where one is remembered; see
	// package store/file/admin.
	CreateAnew bool
	// Late, unless nil, is called when the lock of a keyring takes long.
	Late func(lock string)

	// Of Lockbox:

	Material Material // who makes that of new versions
	// Waiting, unless nil, is told what is under way; see package
	// store/lockbox/admin.
	Waiting func(what string) (done func())
}

// Material is that of package store/lockbox/admin.
type Material = lockboxadmin.Material

// The values of Material.
const (
	AsBefore  = lockboxadmin.AsBefore
	Generated = lockboxadmin.Generated
	Local     = lockboxadmin.Local
)

// ErrNoFolder: a setting is missing, and with it Lockbox neither lists nor creates.
var ErrNoFolder = lockboxadmin.ErrNoFolder

// IsLockboxID recognises an id of Lockbox by its form.
func IsLockboxID(s string) bool { return lockboxadmin.IsID(s) }

// Open opens the configured store.
func Open(c *config.Config, o Options) (keyadmin.Admin, error) {
	window := c.Window()
	if o.ServersWindow != nil {
		window = *o.ServersWindow
	}
	if c.Store == config.StoreLockbox {
		return lockboxadmin.New(lockboxadmin.Options{
			Endpoint:          lockbox.Endpoint(c.LockboxEndpoint),
			SecretsEndpoint:   lockbox.Endpoint(c.SecretsEndpoint),
			OperationEndpoint: lockbox.Endpoint(c.OperationEndpoint),
			IAMEndpoint:       lockbox.Endpoint(c.IAMEndpoint),
			Credentials: lockbox.Credentials{KeyFile: c.SAKeyFile, Readable: c.AllowReadableSecrets,
				KeySecret: c.SAKeySecret, Token: string(c.IAMToken)},
			FolderID: c.FolderID,
			Material: o.Material,
			Window:   window,
			Waiting:  o.Waiting,
		})
	}
	path, err := keyringPath(c, o.Create)
	if err != nil {
		return nil, err
	}
	return fileadmin.Open(path, fileadmin.Options{Create: o.Create, CreateAnew: o.CreateAnew, Window: window,
		Passphrase: o.Passphrase, Shared: c.AllowReadableSecrets, Late: o.Late})
}

func keyringPath(c *config.Config, create bool) (string, error) {
	if create {
		return c.KeyringPath()
	}
	return c.ExistingKeyring()
}

// Package admin opens the configured store for its administrator. It is apart
// from package boot so that no function links what changes keys.
package admin

import (
	"rekey/shared/config"
	"rekey/shared/keyadmin"
	fileadmin "rekey/shared/store/file/admin"
	"rekey/shared/store/file/passphrase"
)

// Open opens the configured store, with a passphrase, which may be nil. A
// missing keyring file is made if create is true, and is an error that wraps
// fs.ErrNotExist otherwise.
func Open(c *config.Config, p *passphrase.Passphrase, create bool) (keyadmin.Admin, error) {
	path, err := c.KeyringPath()
	if err != nil {
		return nil, err
	}
	return fileadmin.Open(path, fileadmin.Options{Create: create, Window: c.Window(), Passphrase: p})
}

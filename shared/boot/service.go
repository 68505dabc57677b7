package boot

import (
	"log/slog"

	"rekey/shared/config"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/store/file"
	"rekey/shared/store/file/passphrase"
)

// Passphrase is the configured passphrase of the keyring file, or nil.
func Passphrase(c *config.Config) *passphrase.Passphrase {
	if c.PassphraseFile == "" {
		return nil
	}
	return passphrase.FromFile(c.PassphraseFile)
}

// Service opens the configured store, with a passphrase, which may be nil,
// and makes the core over it.
func Service(c *config.Config, p *passphrase.Passphrase, log *slog.Logger) (*kms.Service, error) {
	store, err := openStore(c, p)
	if err != nil {
		return nil, err
	}
	ring := keyring.New(store, keyring.Options{TTL: c.CacheTTL, Grace: c.OfflineGrace, Allow: c.Keys, Log: log})
	return kms.New(ring, nil, nil), nil
}

// openStore opens the store that the configuration names.
func openStore(c *config.Config, p *passphrase.Passphrase) (keyring.Store, error) {
	path, err := c.KeyringPath()
	if err != nil {
		return nil, err
	}
	return file.Open(path, p)
}

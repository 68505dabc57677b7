package boot

import (
	"log/slog"

	"rekey/shared/config"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/store/file"
)

// Service opens the configured store and makes the core over it.
func Service(c *config.Config, log *slog.Logger) (*kms.Service, error) {
	store, err := openStore(c)
	if err != nil {
		return nil, err
	}
	ring := keyring.New(store, keyring.Options{TTL: c.CacheTTL, Grace: c.OfflineGrace, Allow: c.Keys, Log: log})
	return kms.New(ring, nil, nil), nil
}

// openStore opens the store that the configuration names.
func openStore(c *config.Config) (keyring.Store, error) {
	path, err := c.KeyringPath()
	if err != nil {
		return nil, err
	}
	return file.Open(path)
}

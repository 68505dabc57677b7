package boot

import (
	"log/slog"

	"rekey/shared/config"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/store/file"
	"rekey/shared/store/file/passphrase"
	"rekey/shared/store/lockbox"
)

// Passphrase is the configured passphrase of the keyring file, or nil.
func Passphrase(c *config.Config) *passphrase.Passphrase {
	if c.PassphraseFile == "" {
		return nil
	}
	return PassphraseFile(c, c.PassphraseFile).NamedBy(c.PassphraseSetting())
}

// PassphraseFile is the passphrase in another file.
func PassphraseFile(c *config.Config, path string) *passphrase.Passphrase {
	if c.AllowReadableSecrets {
		return passphrase.FromReadableFile(path)
	}
	return passphrase.FromFile(path)
}

// Service opens the configured store, with a passphrase, which may be nil,
// and makes the core over it, under the rules.
func Service(c *config.Config, p *passphrase.Passphrase, log *slog.Logger,
	rules *pipeline.Pipeline) (*kms.Service, error) {
	store, err := openStore(c, p, log)
	if err != nil {
		return nil, err
	}
	ring := keyring.New(store, options(c, log))
	return kms.New(ring, rules), nil
}

// fileReads is how many reads a second of what was never answered a keyring
// file takes: it has no quota and costs nothing.
const fileReads = 1000

func options(c *config.Config, log *slog.Logger) keyring.Options {
	reads := c.UnknownReads
	switch {
	case reads > 0:
	case c.Store == config.StoreLockbox:
		reads = keyring.DefaultUnknown
	default:
		reads = fileReads
	}
	perKey, perInstance := keyring.Unknown(reads)
	return keyring.Options{TTL: c.CacheTTL, Grace: c.OfflineGrace, Allow: c.Keys, PerKey: perKey,
		PerInstance: perInstance, Log: log}
}

// openStore opens the store that the configuration names.
func openStore(c *config.Config, p *passphrase.Passphrase, log *slog.Logger) (keyring.Store, error) {
	if c.Store == config.StoreLockbox {
		return lockbox.New(lockbox.Options{
			Endpoint:    lockbox.Endpoint(c.LockboxEndpoint),
			IAMEndpoint: lockbox.Endpoint(c.IAMEndpoint),
			Credentials: lockbox.Credentials{KeyFile: c.SAKeyFile, Readable: c.AllowReadableSecrets,
				KeySecret: c.SAKeySecret, Token: string(c.IAMToken)},
			Log: log,
		})
	}
	path, err := c.ExistingKeyring()
	if err != nil {
		return nil, err
	}
	if c.AllowReadableSecrets {
		return file.OpenShared(path, p)
	}
	return file.Open(path, p)
}

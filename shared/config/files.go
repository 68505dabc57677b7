package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// checkFiles checks what names files, for the store that reads them, and that
// nothing else is a secret. A keyring may have to be made first.
func (c *Config) checkFiles() error {
	if c.Store == StoreLockbox {
		return c.checkLockboxFiles()
	}
	var errs []error
	if c.Keyring != "" {
		errs = append(errs, CheckNew(c.keyringSetting(), c.Keyring))
	}
	if c.PassphraseFile != "" {
		errs = append(errs, CheckFile(c.PassphraseSetting(), c.PassphraseFile))
	}
	return errors.Join(errs...)
}

func (c *Config) checkLockboxFiles() error {
	var errs []error
	if c.SAKeyFile != "" {
		errs = append(errs, CheckFile("REKEY_SA_KEY_FILE", c.SAKeyFile))
	}
	for _, v := range append(c.places(), setting{"SA_KEY_SECRET", c.SAKeySecret}) {
		if what, secret := looks(v.value); secret {
			errs = append(errs, fmt.Errorf("REKEY_%s has %s that look like %s, which does not belong there", v.name,
				characters(v.value), what))
		}
	}
	if len(errs) == 0 && c.FolderID != "" && !isFolderID.MatchString(c.FolderID) {
		setting := "REKEY_FOLDER_ID"
		if c.flags.FolderID != "" {
			setting = "--folder-id"
		}
		errs = append(errs, fmt.Errorf("%s is %s: want the id of a folder, such as b1gd129pp9ha0vnvf5g7", setting,
			Word(c.FolderID)))
	}
	return errors.Join(errs...)
}

// isFolderID is looser than what the cloud makes, 20 small letters and digits;
// 50 is the longest that its calls take.
var isFolderID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,50}$`)

func (c *Config) keyringSetting() string {
	if c.flags.Keyring != "" {
		return c.flags.name("keyring")
	}
	return "REKEY_KEYRING"
}

// PassphraseSetting is the flag or variable that names the passphrase's file.
func (c *Config) PassphraseSetting() string {
	if c.flags.PassphraseFile != "" {
		return c.flags.name("passphrase-file")
	}
	return "REKEY_PASSPHRASE_FILE"
}

func (f Flags) name(flag string) string {
	if f.Source {
		return "--source-" + flag
	}
	return "--" + flag
}

// KeyringPath is the keyring that was named, or where one is by default.
func (c *Config) KeyringPath() (string, error) {
	if c.Keyring != "" {
		return c.Keyring, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("there is no default place for a keyring here (%w): set REKEY_KEYRING", err)
	}
	return filepath.Join(dir, "rekey", "keyring.json"), nil
}

// ExistingKeyring is KeyringPath for who makes no keyring. If there is none and
// its path may not be repeated, the error wraps fs.ErrNotExist.
func (c *Config) ExistingKeyring() (string, error) {
	path, err := c.KeyringPath()
	if err != nil || c.Keyring == "" {
		return path, err
	}
	if err := CheckFile(c.keyringSetting(), c.Keyring); err != nil {
		return "", fmt.Errorf("no keyring: %w; see whether it is mistyped or a volume not mounted; "+
			"`rekey keys create --create` makes a new one", err)
	}
	return path, nil
}

package config

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/kelseyhightower/envconfig"

	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/requestlog"
)

// prefix begins the name of every variable.
const prefix = "REKEY"

// Config is what the environment says, in groups. Durations are spelt as in
// Go: 90s, 5m.
type Config struct {
	StoreSettings
	LockboxSettings
	CallerSettings
	LogSettings
	ServerSettings

	flags Flags
}

// StoreSettings are where keys are kept, and for how long what was read is used.
type StoreSettings struct {
	Store                Store         `split_words:"true" default:"file"`
	Keyring              string        `split_words:"true"`
	PassphraseFile       string        `split_words:"true"`
	AllowReadableSecrets bool          `split_words:"true" default:"false"`
	CacheTTL             time.Duration `split_words:"true" default:"60s"`
	OfflineGrace         time.Duration `split_words:"true" default:"5m"`
	UnknownReads         int           `split_words:"true"`
	Keys                 []key.ID      `split_words:"true"`
}

// LockboxSettings are where Yandex Lockbox is, and who reads it.
type LockboxSettings struct {
	LockboxEndpoint   string `split_words:"true"`
	SecretsEndpoint   string `split_words:"true"`
	OperationEndpoint string `split_words:"true"`
	IAMEndpoint       string `split_words:"true"`
	SAKeyFile         string `split_words:"true"`
	SAKeySecret       string `split_words:"true"`
	IAMToken          Secret `split_words:"true"`
	FolderID          string `split_words:"true"`
}

// CallerSettings are who may call.
type CallerSettings struct {
	Auth identity.Mode `split_words:"true"`
}

// LogSettings are what is logged.
type LogSettings struct {
	LogRequests requestlog.Lines `split_words:"true"`
}

// ServerSettings are a server that is asked instead of a store.
type ServerSettings struct {
	Endpoint  string `split_words:"true"`
	Token     Secret `split_words:"true"`
	TokenFile string `split_words:"true"`
}

// Store names a place where keys are kept.
type Store string

// The values of REKEY_STORE.
const (
	StoreFile    Store = "file"    // package store/file
	StoreLockbox Store = "lockbox" // package store/lockbox
)

// Secret is a value that prints as nothing.
type Secret string

// Format answers every verb without the value.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, "config.Secret") }

// LogValue is Format for log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue("config.Secret") }

// MarshalText is Format as text, for JSON too.
func (Secret) MarshalText() ([]byte, error) { return []byte("config.Secret"), nil }

// Limits of the durations. A TTL of more than an hour would make revocation a
// matter of luck; a store that is down for a day does not recover without help.
const (
	maxTTL   = time.Hour
	maxGrace = 24 * time.Hour
)

// Load reads the environment and checks all of it; the error has a line for
// everything that is wrong.
func Load() (*Config, error) { return LoadFor("") }

// Flags are what a command line says over the environment; an empty one says
// nothing.
type Flags struct {
	Store          Store
	Keyring        string
	PassphraseFile string
	FolderID       string

	// Lockbox: what is set for Lockbox is for another store of the same command.
	Lockbox bool
	// Asks: a server may be asked instead of a store.
	Asks bool
	// Source: the flags are --source-keyring and so on, and the passphrase of the
	// environment is not that of a keyring they name.
	Source bool
}

// LoadFor is Load for a caller who has named the store.
func LoadFor(s Store) (*Config, error) { return LoadWith(Flags{Store: s}) }

// LoadWith is Load with flags over it. If they name the store, what REKEY_STORE
// says does not matter, and what is set for another store may be.
func LoadWith(f Flags) (*Config, error) {
	c := Config{flags: f}
	errs := []error{checkNames(), checkEmpty(), c.read()}
	if f.Store == "" && !f.Lockbox {
		errs = append(errs, c.checkUnused())
	}
	errs = append(errs, c.checkServer(f.Asks))
	c.Store = cmp.Or(f.Store, c.Store)
	c.Keyring = cmp.Or(f.Keyring, c.Keyring)
	if f.Source && f.Keyring != "" {
		c.PassphraseFile = ""
	}
	c.PassphraseFile = cmp.Or(f.PassphraseFile, c.PassphraseFile)
	c.FolderID = cmp.Or(f.FolderID, c.FolderID)
	if err := errors.Join(append(errs, c.check())...); err != nil {
		return nil, err
	}
	return &c, nil
}

// read reads each variable separately, for envconfig stops at the first that it
// cannot read. Empty ones, which checkEmpty refuses, stay zero.
func (c *Config) read() error {
	var errs []error
	for f, v := range c.settings() {
		if isEmpty(variableName(f.Name)) {
			continue
		}
		one := reflect.New(reflect.StructOf([]reflect.StructField{f}))
		if err := envconfig.Process(prefix, one.Interface()); err != nil {
			errs = append(errs, plain(err))
			continue
		}
		v.Set(one.Elem().Field(0))
	}
	return errors.Join(errs...)
}

// settings are the fields of all groups, and their values.
func (c *Config) settings() iter.Seq2[reflect.StructField, reflect.Value] {
	return func(yield func(reflect.StructField, reflect.Value) bool) {
		all := reflect.ValueOf(c).Elem()
		for g := range all.NumField() {
			group := all.Field(g)
			if !all.Type().Field(g).IsExported() {
				continue
			}
			for i := range group.NumField() {
				if !yield(group.Type().Field(i), group.Field(i)) {
					return
				}
			}
		}
	}
}

// check checks the values together.
func (c *Config) check() error {
	return errors.Join(c.checkStore(), c.checkLockbox(), c.checkFiles(), c.checkDurations(), c.checkUnknownReads(),
		c.checkKeys(), c.checkAuth(), c.checkLogRequests())
}

func (c *Config) checkStore() error {
	switch c.Store {
	case StoreFile, StoreLockbox, "": // "" was refused by checkEmpty
		return nil
	}
	return fmt.Errorf("REKEY_STORE is %s: want file or lockbox", Short(string(c.Store)))
}

func (c *Config) checkLockbox() error {
	var set []string
	for _, v := range c.credentials() {
		if v.value != "" {
			set = append(set, "REKEY_"+v.name)
		}
	}
	if c.Store == StoreLockbox && len(set) > 1 {
		return fmt.Errorf("%s are set: set one of them", strings.Join(set, " and "))
	}
	return nil
}

// setting is a variable without its prefix, and its value.
type setting struct{ name, value string }

// credentials are the ways to say who reads Lockbox.
func (c *Config) credentials() []setting {
	return []setting{{"SA_KEY_FILE", c.SAKeyFile}, {"SA_KEY_SECRET", c.SAKeySecret}, {"IAM_TOKEN", string(c.IAMToken)}}
}

// places are where Lockbox is, and what of it.
func (c *Config) places() []setting {
	return []setting{{"LOCKBOX_ENDPOINT", c.LockboxEndpoint}, {"SECRETS_ENDPOINT", c.SecretsEndpoint},
		{"OPERATION_ENDPOINT", c.OperationEndpoint}, {"IAM_ENDPOINT", c.IAMEndpoint}, {"FOLDER_ID", c.FolderID}}
}

// checkUnused refuses what another store would not look at: anyone who sets it
// means Lockbox.
func (c *Config) checkUnused() error {
	if c.Store == StoreLockbox {
		return nil
	}
	var errs []error
	for _, v := range append(c.credentials(), c.places()...) {
		if v.value != "" {
			errs = append(errs, fmt.Errorf("REKEY_%s is set, and REKEY_STORE is not lockbox: set that, or unset this",
				v.name))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) checkDurations() error {
	var errs []error
	if c.CacheTTL < 0 || c.CacheTTL > maxTTL {
		errs = append(errs, fmt.Errorf("REKEY_CACHE_TTL is %v: want 0s to %v", c.CacheTTL, maxTTL))
	}
	if c.OfflineGrace < 0 || c.OfflineGrace > maxGrace {
		errs = append(errs, fmt.Errorf("REKEY_OFFLINE_GRACE is %v: want 0s to %v", c.OfflineGrace, maxGrace))
	}
	return errors.Join(errs...)
}

func (c *Config) checkUnknownReads() error {
	const name, most = prefix + "_UNKNOWN_READS", 1000
	n, err := strconv.ParseInt(strings.TrimSpace(os.Getenv(name)), 0, 0) // another error has been told
	if err == nil && (n < 1 || n > most) {
		return fmt.Errorf("REKEY_UNKNOWN_READS is %d: want 1 to %d", n, most)
	}
	return nil
}

// isLockboxID is the form of ids of Lockbox. A name in its place would serve
// nothing.
var isLockboxID = regexp.MustCompile(`^[a-z0-9]{20}$`)

func (c *Config) checkKeys() error {
	var errs []error
	for i, id := range c.Keys {
		c.Keys[i] = key.ID(strings.TrimSpace(string(id)))
		if err := c.Keys[i].Check(); err != nil {
			errs = append(errs, fmt.Errorf("REKEY_KEYS: id number %d %w", i+1, err))
		} else if c.Store == StoreLockbox && !isLockboxID.MatchString(string(c.Keys[i])) {
			errs = append(errs, fmt.Errorf("REKEY_KEYS: number %d is not an id of Lockbox, which has 20 small "+
				"letters and digits; a name is not taken: `env -u REKEY_KEYS rekey keys get NAME` shows the id", i+1))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) checkAuth() error {
	switch c.Auth {
	case "", identity.None, identity.Platform:
		return nil
	}
	return fmt.Errorf("REKEY_AUTH is %s: want platform or none", Short(string(c.Auth)))
}

func (c *Config) checkLogRequests() error {
	switch c.LogRequests {
	case "", requestlog.All, requestlog.Failed, requestlog.None:
		return nil
	}
	return fmt.Errorf("REKEY_LOG_REQUESTS is %s: want all, failed or none", Short(string(c.LogRequests)))
}

// MaxWindow is the longest Window that a server can have.
const MaxWindow = max(maxTTL, maxGrace)

// Window is how long a version that was the primary may still encrypt
// somewhere: the larger of the two bounds of a server's cache. A server over a
// keyring file sees a change immediately and goes by them only where it can no
// longer read the file. Those over Lockbox run elsewhere, with settings of
// their own: who does not say both in his own environment knows neither.
func (c *Config) Window() time.Duration {
	if c.Store == StoreLockbox && !(isSet(prefix+"_CACHE_TTL") && isSet(prefix+"_OFFLINE_GRACE")) {
		return MaxWindow
	}
	return max(c.CacheTTL, c.OfflineGrace)
}

func isSet(name string) bool {
	_, ok := os.LookupEnv(name)
	return ok
}

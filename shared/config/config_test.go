package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/shared/config"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/requestlog"
)

// clean takes every variable of ours out of the environment for this test.
func clean(t *testing.T) {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "REKEY_") {
			t.Setenv(name, "") // which puts it back at the end
			os.Unsetenv(name)
		}
	}
}

func mustLoad(t *testing.T) *config.Config {
	t.Helper()
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	clean(t)
	c := mustLoad(t)
	if c.Store != config.StoreFile || c.Keyring != "" || c.CacheTTL != time.Minute || c.OfflineGrace != 5*time.Minute ||
		len(c.Keys) > 0 || c.Auth != "" || c.LogRequests != "" {
		t.Errorf("got %+v", c)
	}
}

// TestValues: each variable reaches its field, at the edges of its range too.
func TestValues(t *testing.T) {
	for _, row := range []struct {
		name, value string
		ok          func(*config.Config) bool
	}{
		{"REKEY_STORE", "file", func(c *config.Config) bool { return c.Store == config.StoreFile }},
		{"REKEY_KEYRING", "/a/b c.json", func(c *config.Config) bool { return c.Keyring == "/a/b c.json" }},
		{"REKEY_CACHE_TTL", "90s", func(c *config.Config) bool { return c.CacheTTL == 90*time.Second }},
		{"REKEY_CACHE_TTL", "0s", func(c *config.Config) bool { return c.CacheTTL == 0 }},
		{"REKEY_CACHE_TTL", "1h", func(c *config.Config) bool { return c.CacheTTL == time.Hour }},
		{"REKEY_OFFLINE_GRACE", "0s", func(c *config.Config) bool { return c.OfflineGrace == 0 }},
		{"REKEY_OFFLINE_GRACE", "24h", func(c *config.Config) bool { return c.OfflineGrace == 24*time.Hour }},
		{"REKEY_UNKNOWN_READS", "1", func(c *config.Config) bool { return c.UnknownReads == 1 }},
		{"REKEY_UNKNOWN_READS", "1000", func(c *config.Config) bool { return c.UnknownReads == 1000 }},
		{"REKEY_KEYS", "one", func(c *config.Config) bool { return slices.Equal(c.Keys, []key.ID{"one"}) }},
		{"REKEY_KEYS", " one, two ,three", func(c *config.Config) bool {
			return slices.Equal(c.Keys, []key.ID{"one", "two", "three"})
		}},
		{"REKEY_STORE", "lockbox", func(c *config.Config) bool { return c.Store == config.StoreLockbox }},
		{"REKEY_AUTH", "none", func(c *config.Config) bool { return c.Auth == identity.None }},
		{"REKEY_AUTH", "platform", func(c *config.Config) bool { return c.Auth == identity.Platform }},
		{"REKEY_LOG_REQUESTS", "all", func(c *config.Config) bool { return c.LogRequests == requestlog.All }},
		{"REKEY_LOG_REQUESTS", "failed", func(c *config.Config) bool { return c.LogRequests == requestlog.Failed }},
		{"REKEY_LOG_REQUESTS", "none", func(c *config.Config) bool { return c.LogRequests == requestlog.None }},
	} {
		t.Run(row.name+"="+row.value, func(t *testing.T) {
			clean(t)
			t.Setenv(row.name, row.value)
			if c := mustLoad(t); !row.ok(c) {
				t.Errorf("got %+v", c)
			}
		})
	}
}

// TestLockbox: its variables go together, and its token prints nowhere.
func TestLockbox(t *testing.T) {
	all := map[string]string{"REKEY_LOCKBOX_ENDPOINT": "a:1", "REKEY_IAM_ENDPOINT": "b:2",
		"REKEY_SECRETS_ENDPOINT": "c:3", "REKEY_OPERATION_ENDPOINT": "d:4", "REKEY_FOLDER_ID": "b1g",
		"REKEY_SA_KEY_FILE": "/key.json", "REKEY_SA_KEY_SECRET": "arn:aws:x", "REKEY_IAM_TOKEN": "t1.secret"}
	for name, value := range all {
		clean(t)
		t.Setenv(name, value)
		if _, err := config.Load(); err == nil || !strings.Contains(err.Error(), name+
			" is set, and REKEY_STORE is not lockbox") {
			t.Errorf("%s without Lockbox: %v", name, err)
		}
		t.Setenv("REKEY_STORE", "lockbox")
		c := mustLoad(t)
		l := c.LockboxSettings
		if l.LockboxEndpoint+l.IAMEndpoint+l.SecretsEndpoint+l.OperationEndpoint+l.FolderID+l.SAKeyFile+l.SAKeySecret+
			string(l.IAMToken) != value {
			t.Errorf("%s reaches no field: %+v", name, c)
		}
		if shown := fmt.Sprintf("%v %+v %#v %s %q", c, *c, *c, c.IAMToken, c.IAMToken); strings.Contains(shown,
			"t1.secret") {
			t.Errorf("the token prints: %s", shown)
		}
	}
	credentials := []string{"REKEY_SA_KEY_FILE", "REKEY_SA_KEY_SECRET", "REKEY_IAM_TOKEN"}
	for left := range credentials { // out of all three
		clean(t)
		t.Setenv("REKEY_STORE", "lockbox")
		two := slices.Delete(slices.Clone(credentials), left, left+1)
		for _, name := range two {
			t.Setenv(name, all[name])
		}
		want := strings.Join(two, " and ") + " are set: set one of them"
		if _, err := config.Load(); err == nil || err.Error() != want {
			t.Errorf("two credentials: got %v, want %s", err, want)
		}
	}
}

// TestLoadFor: who names the store is not told that the environment is for
// another one; everything else is checked as ever.
func TestLoadFor(t *testing.T) {
	clean(t)
	t.Setenv("REKEY_FOLDER_ID", "b1g")
	for _, s := range []config.Store{config.StoreLockbox, config.StoreFile} {
		if c, err := config.LoadFor(s); err != nil || c.Store != s || c.FolderID != "b1g" {
			t.Errorf("%s: got %+v, %v", s, c, err)
		}
	}
	if _, err := config.LoadFor(""); err == nil {
		t.Error("nobody has named a store, and a variable of Lockbox is taken")
	}
	t.Setenv("REKEY_STORE", "lockbox")
	t.Setenv("REKEY_IAM_TOKEN", "t1.secret")
	t.Setenv("REKEY_SA_KEY_FILE", "/key.json")
	if c, err := config.LoadFor(config.StoreFile); err != nil || c.Store != config.StoreFile {
		t.Errorf("file over lockbox: got %+v, %v", c, err)
	}
	if _, err := config.LoadFor(config.StoreLockbox); err == nil || !strings.Contains(err.Error(), "set one of them") {
		t.Errorf("two credentials: %v", err)
	}
	if _, err := config.LoadFor("tape"); err == nil || !strings.Contains(err.Error(),
		`REKEY_STORE is "tape": want file or lockbox`) {
		t.Errorf("another store: %v", err)
	}
	t.Setenv("REKEY_AUTH", "iam")
	if _, err := config.LoadFor(config.StoreFile); err == nil || !strings.Contains(err.Error(), "REKEY_AUTH is") {
		t.Errorf("another mistake: %v", err)
	}
}

// TestLoadWithTwoStores: what is set for Lockbox may be for the other store, and
// a keyring that is named as a source has no passphrase but its own.
func TestLoadWithTwoStores(t *testing.T) {
	clean(t)
	t.Setenv("REKEY_FOLDER_ID", "b1g")
	if c, err := config.LoadWith(config.Flags{Lockbox: true}); err != nil || c.Store != config.StoreFile {
		t.Errorf("got %+v, %v", c, err)
	}
	dir := t.TempDir()
	ours, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, "theirs")
	for _, path := range []string{ours, theirs} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("REKEY_PASSPHRASE_FILE", ours)
	source := config.Flags{Store: config.StoreFile, Source: true}
	for _, test := range []struct{ keyring, phrase, want string }{{"", "", ours}, {"", theirs, theirs},
		{"k.json", "", ""}, {"k.json", theirs, theirs}} {
		source.Keyring, source.PassphraseFile = test.keyring, test.phrase
		if c, err := config.LoadWith(source); err != nil || c.PassphraseFile != test.want {
			t.Errorf("%+v: got %+v, %v", test, c, err)
		}
	}
	source.Keyring, source.PassphraseFile = `"k.json"`, "correct horse"
	if _, err := config.LoadWith(source); err == nil || !strings.Contains(err.Error(), "--source-keyring") ||
		!strings.Contains(err.Error(), "--source-passphrase-file") {
		t.Errorf("the flags are not named: %v", err)
	}
}

type badValue struct{ name, value, want string }

func (b badValue) isIn(line string) bool { return strings.HasPrefix(line, b.want) }

// bad values, and how what is said of each begins.
var bad = []badValue{
	{"REKEY_STORE", "vault", `REKEY_STORE is "vault": want file or lockbox`},
	{"REKEY_STORE", "File", `REKEY_STORE is "File": want file or lockbox`},
	{"REKEY_CACHE_TTL", "60", `REKEY_CACHE_TTL is "60": want a duration such as 90s or 5m`},
	{"REKEY_CACHE_TTL", "soon", `REKEY_CACHE_TTL is "soon": want a duration such as 90s or 5m`},
	{"REKEY_CACHE_TTL", "-1ns", `REKEY_CACHE_TTL is -1ns: want 0s to 1h0m0s`},
	{"REKEY_CACHE_TTL", "3601s", `REKEY_CACHE_TTL is 1h0m1s: want 0s to 1h0m0s`},
	{"REKEY_OFFLINE_GRACE", "5 m", `REKEY_OFFLINE_GRACE is "5 m": want a duration such as 90s or 5m`},
	{"REKEY_OFFLINE_GRACE", "-5m", `REKEY_OFFLINE_GRACE is -5m0s: want 0s to 24h0m0s`},
	{"REKEY_OFFLINE_GRACE", "25h", `REKEY_OFFLINE_GRACE is 25h0m0s: want 0s to 24h0m0s`},
	{"REKEY_KEYS", "one,", `REKEY_KEYS: id number 2 is required`},
	{"REKEY_KEYS", "one,,t wo", `REKEY_KEYS: id number 3 has a character outside [A-Za-z0-9._-] at position 2`},
	{"REKEY_KEYS", "one;two", `REKEY_KEYS: id number 1 has a character outside [A-Za-z0-9._-] at position 4`},
	{"REKEY_KEYS", "one two", `REKEY_KEYS: id number 1 has a character outside [A-Za-z0-9._-] at position 4`},
	{"REKEY_AUTH", "None", `REKEY_AUTH is "None": want platform or none`},
	{"REKEY_AUTH", "iam", `REKEY_AUTH is "iam": want platform or none`},
	{"REKEY_LOG_REQUESTS", "All", `REKEY_LOG_REQUESTS is "All": want all, failed or none`},
	{"REKEY_LOG_REQUESTS", "true", `REKEY_LOG_REQUESTS is "true": want all, failed or none`},
	// Set and empty: never taken for unset.
	{"REKEY_STORE", "", "REKEY_STORE is set and is empty: unset it or give it a value"},
	{"REKEY_KEYRING", "", "REKEY_KEYRING is set and is empty: unset it or give it a value"},
	{"REKEY_UNKNOWN_READS", "0", "REKEY_UNKNOWN_READS is 0: want 1 to 1000"},
	{"REKEY_UNKNOWN_READS", "-1", "REKEY_UNKNOWN_READS is -1: want 1 to 1000"},
	{"REKEY_UNKNOWN_READS", "1001", "REKEY_UNKNOWN_READS is 1001: want 1 to 1000"},
	{"REKEY_UNKNOWN_READS", "many", `REKEY_UNKNOWN_READS is "many": want a whole number`},
	{"REKEY_CACHE_TTL", "", "REKEY_CACHE_TTL is set and is empty: unset it or give it a value"},
	{"REKEY_OFFLINE_GRACE", "  ", "REKEY_OFFLINE_GRACE is set and is empty: unset it or give it a value"},
	{"REKEY_KEYS", "", "REKEY_KEYS is set and is empty: unset it or give it a value"},
	{"REKEY_KEYS", " \t", "REKEY_KEYS is set and is empty: unset it or give it a value"},
	{"REKEY_AUTH", "", "REKEY_AUTH is set and is empty: unset it or give it a value"},
	// Unknown.
	{"REKEY_KEY", "one", "REKEY_KEY is set and is not a variable of rekey: known are REKEY_STORE, REKEY_KEYRING, "},
	{"REKEY_CACHETTL", "1s", "REKEY_CACHETTL is set and is not a variable of rekey"},
	{"REKEY_", "x", "REKEY_ is set and is not a variable of rekey"},
	{"REKEY_keys", "one", "REKEY_keys is set and is not a variable of rekey"},
	{"REKEY_NEW", "", "REKEY_NEW is set and is not a variable of rekey"},
}

func TestBadValues(t *testing.T) {
	for _, row := range bad {
		t.Run(row.name+"="+row.value, func(t *testing.T) {
			clean(t)
			t.Setenv(row.name, row.value)
			if c, err := config.Load(); err == nil || c != nil || !slices.ContainsFunc(lines(err), row.isIn) {
				t.Errorf("got %+v, %v\nwant %s", c, err, row.want)
			}
		})
	}
}

func lines(err error) []string { return strings.Split(err.Error(), "\n") }

// TestAllBadValues: the error has a line for everything that is wrong, and
// only for that.
func TestAllBadValues(t *testing.T) {
	clean(t)
	want := map[string]string{
		"REKEY_STORE": "vault", "REKEY_KEYRING": "", "REKEY_CACHE_TTL": "soon", "REKEY_OFFLINE_GRACE": "later",
		"REKEY_AUTH": "iam", "REKEY_TYPO": "x", "REKEY_KEYS": "a b", "REKEY_UNKNOWN_READS": "many",
	}
	for name, value := range want {
		t.Setenv(name, value)
	}
	_, err := config.Load()
	if err == nil {
		t.Fatal("all of it is taken")
	}
	for name := range want {
		if n := strings.Count(err.Error()+"\n", name+" is ") + strings.Count(err.Error(), name+": "); n != 1 {
			t.Errorf("%s is reported %d times in:\n%v", name, n, err)
		}
	}
	if len(lines(err)) != len(want) {
		t.Errorf("got %d lines, want %d:\n%v", len(lines(err)), len(want), err)
	}
}

// TestEmptyIsReportedOnce, whatever the type of the variable.
func TestEmptyIsReportedOnce(t *testing.T) {
	for _, v := range config.Variables() {
		t.Run(v.Name, func(t *testing.T) {
			clean(t)
			t.Setenv(v.Name, "")
			if _, err := config.Load(); err == nil || len(lines(err)) != 1 {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestOthersVariables are none of our business.
func TestOthersVariables(t *testing.T) {
	clean(t)
	t.Setenv("REKEYED_KEYS", "x y")
	t.Setenv("MY_REKEY_AUTH", "?")
	t.Setenv("KEYRING", "/elsewhere")
	t.Setenv("KEYS", "x y")
	if c := mustLoad(t); c.Keyring != "" || c.Keys != nil {
		t.Errorf("got %+v", c)
	}
}

func TestKeyringPath(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CONFIG_HOME", "")
	base, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := mustLoad(t).KeyringPath(); got != filepath.Join(base, "rekey", "keyring.json") || err != nil {
		t.Errorf("by default: %s, %v", got, err)
	}
	t.Setenv("REKEY_KEYRING", "relative.json")
	if got, err := mustLoad(t).KeyringPath(); got != "relative.json" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

// TestWindowOfLockbox: what servers elsewhere have is known if both settings are
// given, and is the longest otherwise.
func TestWindowOfLockbox(t *testing.T) {
	const longest = 24 * time.Hour
	for _, c := range []struct {
		store      config.Store
		ttl, grace string
		want       time.Duration
	}{
		{config.StoreLockbox, "", "", longest},
		{config.StoreLockbox, "0s", "", longest},
		{config.StoreLockbox, "", "0s", longest},
		{config.StoreLockbox, "60s", "5m", 5 * time.Minute},
		{config.StoreLockbox, "10m", "5m", 10 * time.Minute},
		{config.StoreLockbox, "0s", "0s", 0},
		{config.StoreFile, "", "", 5 * time.Minute},
		{config.StoreFile, "10m", "", 10 * time.Minute},
	} {
		clean(t)
		t.Setenv("REKEY_STORE", string(c.store))
		if c.ttl != "" {
			t.Setenv("REKEY_CACHE_TTL", c.ttl)
		}
		if c.grace != "" {
			t.Setenv("REKEY_OFFLINE_GRACE", c.grace)
		}
		if got := mustLoad(t).Window(); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
		if loaded, err := config.LoadFor(c.store); err != nil || loaded.Window() != c.want {
			t.Errorf("%+v, the store named: got %+v, %v", c, loaded, err)
		}
	}
}

func TestWindow(t *testing.T) {
	for _, s := range []config.StoreSettings{{CacheTTL: time.Minute}, {OfflineGrace: time.Minute},
		{CacheTTL: time.Minute, OfflineGrace: time.Second}} {
		c := config.Config{StoreSettings: s}
		if got := c.Window(); got != time.Minute {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

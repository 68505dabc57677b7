package config_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/config"
)

// secrets stand where a path is wanted.
var secrets = map[string]string{
	"a passphrase":        "correct horse battery staple",
	"a word":              "hunter2hunter2",
	"JSON":                `{"private_key":"-----BEGIN PRIVATE KEY-----"}`,
	"JSON in quotes":      `'{"a": 1}'`,
	"a list":              `[{"id": "a"}]`,
	"PEM":                 "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
	"PEM in a line":       `-----BEGIN PRIVATE KEY-----\nMIIE\n`,
	"a keyring":           `{"format": 1, "generation": 3, "keys": []}`,
	"an age file":         "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n",
	"a token":             "t1.9euelZqQzpmUmZCSm4uTkpqQnZmX",
	"an OAuth token":      "y0_AgAAAABvx7QkAATuwQAAAADkq3wJ4mPZb9",
	"a static key":        "YCNq3vkZ-mPzb8wLx_ssd0fJ9w4yTuVnmBxkoLrH",
	"a long passphrase":   strings.Repeat("correcthorse", 400),
	"a JWT":               "eyJhbGciOiJQUzI1NiJ9.eyJpc3MiOiJhamUifQ.c2ln",
	"base64":              "qL8pfsXokZkQeYw1Lr0HtBnW9dCj3uVg",
	"padded base64":       "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
	"slash, base64":       "/L8pfsXokZkQeYw1Lr0HtBnW9dCj3uVg",
	"slash, more slashes": "/L8pfs/okZkQeYw1/r0HtBnW9dC/3uVg",
	"slash, letters":      "/LqpfsXokZkQeYwaLr",
	"slash, a dash":       "/L8pfsXok-kQeYw1Lr0_tBnW9dCj3uVg",
	"two slashes":         "//8pfsXokZkQeYw1Lr0HtBnW9dCj3uVg",
	"slash at both ends":  "/L8pfsXokZkQeYw1Lr0HtBnW9dCj3uV/",
	"slash, spaces":       "/correct Horse battery",
	"hexadecimal":         "00112233445566778899aabbccddeeff",
	"two lines":           "correct horse\nbattery staple",
	"in a folder":         "none/hunter2hunter2",
	"in no folder":        "/none/hunter2hunter2",
	"in no such home":     "~/none/hunter2hunter2",
	"a drive":             `C:\none\hunter2hunter2`,
}

// TestSecretsAreNotRepeated, in whichever setting they stand, and by whom.
func TestSecretsAreNotRepeated(t *testing.T) {
	clean(t)
	for name, secret := range secrets {
		check := func(err error) {
			t.Helper()
			if err == nil {
				t.Errorf("%s: taken for a path", name)
			} else if leaks(err.Error(), secret) {
				t.Errorf("%s: %v", name, err)
			}
		}
		check(config.CheckFile("--file", secret))
		for _, variable := range []string{"REKEY_PASSPHRASE_FILE", "REKEY_SA_KEY_FILE"} {
			t.Run(name+" in "+variable, func(t *testing.T) {
				t.Setenv(variable, secret)
				if variable == "REKEY_SA_KEY_FILE" {
					t.Setenv("REKEY_STORE", "lockbox")
				}
				_, err := config.Load()
				check(err)
			})
		}
		t.Run(name+" in REKEY_KEYRING", func(t *testing.T) {
			t.Setenv("REKEY_KEYRING", secret)
			c, err := config.Load()
			if err == nil {
				_, err = c.ExistingKeyring()
			}
			check(err)
		})
	}
}

// leaks looks for any six characters of the secret's in a row.
func leaks(message, secret string) bool {
	for i := 0; i+6 <= len(secret); i++ {
		if part := secret[i : i+6]; !strings.Contains("private_key", part) && strings.Contains(message, part) {
			return true
		}
	}
	return false
}

// TestRandomSecretsAreNotRepeated: what `openssl rand -base64` prints, with a
// slash before it.
func TestRandomSecretsAreNotRepeated(t *testing.T) {
	for range 3000 {
		b := make([]byte, 18)
		if _, err := rand.Read(b); err != nil {
			t.Fatal(err)
		}
		secret := "/" + base64.StdEncoding.EncodeToString(b)[1:]
		if err := config.CheckFile("--file", secret); err == nil || leaks(err.Error(), secret) {
			t.Fatalf("%s: %v", secret, err)
		}
	}
}

// chdir is t.Chdir, which Go 1.23 does not have.
func chdir(t *testing.T, dir string) {
	t.Helper()
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chdir(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chdir(before) })
}

// TestPathsAreTaken: what reads them says what is wrong with them.
func TestPathsAreTaken(t *testing.T) {
	dir := t.TempDir()
	chdir(t, dir)
	t.Setenv("HOME", dir)
	for _, name := range []string{"correct horse", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "'quoted'", "~",
		"$HOME", "a\nb", "{}", "%a%"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := config.CheckFile("--file", name); err != nil {
			t.Errorf("%q is there: %v", name, err)
		}
	}
	for _, path := range []string{dir + "/none", "./none", "../none", "/none", "/none.json", "/None.json", dir +
		"/AAECAwQFBgcICQoLDA0O", "/dev/fd/0"} {
		if err := config.CheckFile("--file", path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	for _, path := range []string{"none", "none.json", "new/keyring.json", "archive 2027.json", "/none/none", dir +
		"/new/Keyrings2/k"} {
		if err := config.CheckNew("--file", path); err != nil {
			t.Errorf("%q could be made: %v", path, err)
		}
		if err := config.CheckFile("--file", path); !errors.Is(err, fs.ErrNotExist) ||
			strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// TestOddPaths: what a shell was to replace makes no file, and is not repeated.
func TestOddPaths(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	for path, want := range map[string]string{
		`"/data/keyring.json"`: "has a quote at character 1",
		`'/data/keyring.json'`: "has a quote at character 1",
		`/data/keyring.json"`:  "has a quote at character 19",
		"“/data/keyring.json”": "has a quote at character 1",
		"~/keyring.json":       "begins with ~ (character 1), which only a shell replaces",
		"~":                    "begins with ~",
		"~bob/keyring.json":    "begins with ~",
		"~bob":                 "begins with ~",
		"$HOME/keyring.json":   "has a $ at character 1, and no shell has replaced what follows",
		"/data/${NAME}.json":   "has a $ at character 7",
		"/data/$(id -u).json":  "has a $ at character 7",
		"/data/$name.json":     "has a $ at character 7",
		`%APPDATA%\k.json`:     "has a % at character 1, and no shell has replaced what follows",
		"/data/%USER%/k":       "has a % at character 7",
		"/data/k.json\r":       "has a control character, number 13",
		"/data/k\x1b[31m.json": "has a control character, number 8",
		"/data/k\t.json":       "has a control character, number 8",
		"/data/k\u202e.json":   "has a control character, number 8",
		" /data/k.json":        "has a blank at character 1",
		"/data/k.json ":        "has a blank at character 13",
		"/data/keyrings/":      "ends with a slash (character 15), as a folder does",
		"/data/k\xff.json":     "is not text in UTF-8",
	} {
		for _, check := range []func(setting, path string) error{config.CheckNew, config.CheckFile, config.CheckInput} {
			err := check("--file", path)
			if err == nil || errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "--file "+want) {
				t.Errorf("%q: got %v, want %s", path, err, want)
			}
		}
	}
	for _, path := range []string{"/data/it's.json", "/data/a b.json", "/data/5$.json", "/data/50%.json", "/data/a~",
		"/data/~/k", "/data/$1"} {
		if err := config.CheckNew("--file", path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// TestFlagsAreNamed: what is wrong with a flag is not said of a variable.
func TestFlagsAreNamed(t *testing.T) {
	clean(t)
	chdir(t, t.TempDir())
	t.Setenv("REKEY_KEYRING", "~/k.json") // nobody reads it
	for want, f := range map[string]config.Flags{
		"--keyring begins with ~":               {Keyring: "~/k.json"},
		"--passphrase-file names no file that ": {Keyring: "k", PassphraseFile: "none"},
		"REKEY_KEYRING begins with ~":           {PassphraseFile: filepath.Join(t.TempDir(), "none")},
	} {
		if _, err := config.LoadWith(f); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: got %v, want %s", f, err, want)
		}
	}
}

// TestValuesAreCut: other settings are repeated, printable and short, unless it
// is a secret that stands there.
func TestValuesAreCut(t *testing.T) {
	for value, want := range map[string]string{
		"tape":                              `"tape"`,
		"\x1b[31m":                          `"\x1b[31m"`,
		strings.Repeat("tape ", 40):         `"tape tape tape tape tape tape tape tape "... (200 characters)`,
		secrets["JSON"]:                     "(45 characters that look like an authorized key of a service account)",
		secrets["a token"]:                  "(31 characters that look like an IAM token)",
		secrets["padded base64"]:            "(44 characters that look like base64)",
		strings.Repeat("0123456789abcd", 5): "(70 characters that look like hexadecimal digits)",
	} {
		if got := config.Short(value); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	for _, variable := range []string{"REKEY_STORE", "REKEY_AUTH", "REKEY_LOG_REQUESTS", "REKEY_CACHE_TTL",
		"REKEY_OFFLINE_GRACE", "REKEY_KEYS",
		"REKEY_LOCKBOX_ENDPOINT", "REKEY_SECRETS_ENDPOINT", "REKEY_OPERATION_ENDPOINT", "REKEY_IAM_ENDPOINT",
		"REKEY_SA_KEY_SECRET", "REKEY_FOLDER_ID"} {
		t.Run(variable, func(t *testing.T) {
			clean(t)
			t.Setenv("REKEY_STORE", "lockbox")
			t.Setenv(variable, secrets["JSON"])
			if _, err := config.Load(); err == nil || leaks(err.Error(), secrets["JSON"]) {
				t.Error(err)
			}
			for _, name := range []string{"padded base64", "an OAuth token", "a static key", "a long passphrase",
				"hexadecimal"} {
				t.Setenv(variable, secrets[name])
				if _, err := config.Load(); err == nil || leaks(err.Error(), secrets[name]) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// TestFolderIDs: a folder is named in requests and messages, so nothing else
// may stand there.
func TestFolderIDs(t *testing.T) {
	for id, good := range map[string]bool{
		"b1gd129pp9ha0vnvf5g7": true, "b1g": true, "b1g/../x": false, "correct horse": false, "b1g\x1b[2J": false,
		strings.Repeat("x", 51): false,
	} {
		_, err := config.LoadWith(config.Flags{Store: config.StoreLockbox, FolderID: id})
		if (err == nil) != good || err != nil && (!strings.HasPrefix(err.Error(), "--folder-id is ") ||
			leaks(err.Error(), "correct horse")) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

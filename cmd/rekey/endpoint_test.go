package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/shared/boot"
	"rekey/shared/config"
	"rekey/shared/identity"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
	"rekey/shared/server"
)

// mustRing makes a keyring with one key and returns its path.
func mustRing(t *testing.T, id string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyring.json")
	if status, told := runWith(t, []string{"keys", "create", "--create", "--keyring", path, "--id", id, "--name",
		"name-of-" + id}, "", io.Discard); status != 0 {
		t.Fatal(told)
	}
	return path
}

// mustGateway serves a keyring to who has the token, as a gateway would.
func mustGateway(t *testing.T, keyring, token string) string {
	t.Helper()
	log := boot.Log(io.Discard)
	c, err := config.LoadWith(config.Flags{Keyring: keyring, Asks: true})
	if err != nil {
		t.Fatal(err)
	}
	service, err := boot.Service(c, nil, log, pipeline.Owner)
	if err != nil {
		t.Fatal(err)
	}
	kms := server.Handler(rest.New(identity.None.Authenticator(), pipeline.Owner, rest.Crypto(service)))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Header.Get("Authorization") {
		case "Bearer " + token:
			kms.ServeHTTP(w, r)
		case "Bearer t1.guest":
			http.Error(w, `{"message":"Forbidden"}`, http.StatusForbidden)
		default:
			http.Error(w, `{"message":"Unauthorized"}`, http.StatusUnauthorized)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func mustSecret(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// line is one command line with its input, and what is to come of it.
type line struct {
	env    string // NAME=VALUE, several with spaces between
	args   string
	in     string
	status int
	says   string
}

func (l line) run(t *testing.T) (out string) {
	t.Helper()
	for _, kv := range strings.Fields(l.env) {
		name, value, _ := strings.Cut(kv, "=")
		t.Setenv(name, value)
		defer os.Unsetenv(name)
	}
	var b strings.Builder
	status, told := runWith(t, strings.Fields(l.args), l.in, &b)
	if status != l.status || !strings.Contains(told, l.says) {
		t.Errorf("%s rekey %s: status %d, want %d: %s\nwant %s", l.env, l.args, status, l.status, told, l.says)
	}
	if strings.Contains(told, "t1.") {
		t.Errorf("rekey %s shows a token: %s", l.args, told)
	}
	return b.String()
}

// TestEndpointToken: every way to say who calls, and what is said where that is
// missing, wrong or not enough.
func TestEndpointToken(t *testing.T) {
	url := mustGateway(t, mustRing(t, "k1"), "t1.good")
	file := mustSecret(t, "\ufefft1.good\r\n", 0o600)
	for _, l := range []line{
		{"REKEY_ENDPOINT=" + url + " REKEY_TOKEN=t1.good", "encrypt --key k1", "x", 0, ""},
		{"REKEY_ENDPOINT=" + url + "/ REKEY_TOKEN_FILE=" + file, "datakey --key k1", "", 0, ""},
		{"REKEY_TOKEN=t1.good", "encrypt --key k1 --endpoint " + url, "x", 0, ""},
		{"REKEY_ENDPOINT=" + url, "encrypt --key k1 --token-file " + file, "x", 0, ""},
		{"REKEY_ENDPOINT=" + url + " REKEY_TOKEN=t1.bad", "encrypt --key k1 --token-file " + file, "x", 0, ""},
		{"", "encrypt --key k1 --endpoint " + url + " --token-file " + file, "x", 0, ""},

		{"", "encrypt --key k1 --token=SECRET --endpoint " + url, "x", 2, "give a file that has it with --token-file"},
		{"", "encrypt --key k1 --endpoint " + url, "x", 7, "no token was sent: give a file that has one with " +
			"--token-file, or set REKEY_TOKEN_FILE\n"},
		{"REKEY_TOKEN=t1.bad", "encrypt --key k1 --endpoint " + url, "x", 7,
			"the token is not accepted: get a new one"},
		{"REKEY_TOKEN=t1.guest", "encrypt --key k1 --endpoint " + url, "x", 7,
			"is not allowed to: ask the person who runs it"},
		// The environment's token is for the environment's server only.
		{"REKEY_ENDPOINT=http://127.0.0.1:1 REKEY_TOKEN=t1.good", "encrypt --key k1 --endpoint " + url, "x", 7,
			"no token was sent"},

		{"REKEY_TOKEN=t1.good REKEY_TOKEN_FILE=" + file, "encrypt --key k1 --endpoint " + url, "x", 2,
			"REKEY_TOKEN and REKEY_TOKEN_FILE are set"},
		{"REKEY_TOKEN=t1.good", "encrypt --key k1", "x", 2, "no server for it"},
		{"", "encrypt --key k1 --token-file " + file, "x", 2, "--token-file is for a server"},
		{"", "encrypt --key k1 --endpoint " + url + " --token-file " + mustSecret(t, "\n", 0o600), "x", 2, "is empty"},
		{"", "encrypt --key k1 --endpoint " + url + " --token-file " + mustSecret(t, "t1.a\nt1.b\n", 0o600), "x", 2,
			"a character that no token has"},
		{"", "encrypt --key k1 --endpoint " + url + " --token-file " + mustSecret(t, "Bearer t1.good", 0o600), "x", 2,
			"begins with Bearer"},
		{"", "encrypt --key k1 --endpoint " + url + " --token-file " + mustSecret(t, strings.Repeat("a", 20000), 0o600),
			"x", 2, "is it another file?"},
		{"", "encrypt --key k1 --endpoint " + url + " --token-file " + mustSecret(t, "t1.good", 0o644), "x", 1,
			"can be read by everybody"},
		{"", "encrypt --key k1 --endpoint " + url + " --token-file ./missing", "x", 1, "./missing"},
		{"REKEY_ENDPOINT=http://kms.example REKEY_TOKEN=t1.good", "encrypt --key k1", "x", 2, "use https"},
		{"REKEY_ENDPOINT=t1.aaaaaaaaaaaaaaaaaaaaaaaa", "encrypt --key k1", "x", 2, "look like an IAM token"},

		// What comes out is not written to a token's file.
		{"", "encrypt --key k1 --endpoint " + url + " --token-file " + file + " --out " + file, "x", 3,
			"which nothing else is written to"},
		{"REKEY_TOKEN_FILE=" + file, "encrypt --key k1 --endpoint " + url + " --out " + file, "x", 3,
			"which nothing else is written to"},

		// Names are the operator's.
		{"REKEY_TOKEN=t1.good", "encrypt --key name-of-k1 --endpoint " + url, "x", 4,
			"no key name-of-k1: a server takes ids of keys and no names: `rekey keys list`"},
		{"REKEY_TOKEN=t1.good", "encrypt --key our/key --endpoint " + url, "x", 3,
			"a server takes ids of keys and no names"},
	} {
		l.run(t)
	}
}

// TestEndpointBesideStore: where the keys are must be said once for each side.
func TestEndpointBesideStore(t *testing.T) {
	ring := mustRing(t, "k1")
	env := "REKEY_ENDPOINT=" + mustGateway(t, ring, "t1.good") + " REKEY_TOKEN=t1.good"
	for _, args := range []string{"serve --addr 127.0.0.1:0", "keys list", "keys create --name x", "keyring check",
		"keyring repair", "keys check"} {
		line{env, args, "", 2, "REKEY_ENDPOINT is set, and means nothing here"}.run(t)
		line{"REKEY_TOKEN=t1.good", args, "", 2, "REKEY_TOKEN is set, and means nothing here"}.run(t)
		line{"REKEY_TOKEN_FILE=/etc/hostname", args, "", 2, "REKEY_TOKEN_FILE is set, and means nothing here"}.run(t)
	}
	line{env, "encrypt --key k1 --keyring " + ring, "x", 2,
		"REKEY_ENDPOINT names a server, and --keyring a store"}.run(t)
	line{env, "encrypt --key k1 --store file", "x", 2, "REKEY_ENDPOINT names a server, and --store a store"}.run(t)
	line{env, "encrypt --key k1 --passphrase-file " + ring, "x", 2, "--passphrase-file a store"}.run(t)
	line{env + " REKEY_KEYRING=" + ring, "encrypt --key k1", "x", 2, "REKEY_ENDPOINT names a server, and " +
		"REKEY_KEYRING a store"}.run(t)
	line{env + " REKEY_STORE=file", "decrypt", "x", 2, "REKEY_ENDPOINT names a server, and REKEY_STORE a store"}.run(t)
	line{env, "encrypt --key k1 --endpoint http://127.0.0.1:1 --keyring " + ring, "x", 2, "exclude each other"}.run(t)
	line{env, "inspect", "x", 3, ""}.run(t)
	line{env, "__complete encrypt --key k", "", 0, ""}.run(t)
}

// TestReencryptEndpoints: either key may be at a server, with a token of its
// own.
func TestReencryptEndpoints(t *testing.T) {
	old, new := mustRing(t, "old"), mustRing(t, "new")
	oldURL, newURL := mustGateway(t, old, "t1.old"), mustGateway(t, new, "t1.new")
	oldToken, newToken := mustSecret(t, "t1.old\n", 0o600), mustSecret(t, "t1.new\n", 0o600)
	sealed := line{"", "encrypt --key old --aad a --base64 --keyring " + old, "secret", 0, ""}.run(t)
	const keys = "reencrypt --key new --aad b --source-key old --source-aad a --base64 "
	for _, l := range []line{
		{"", keys + "--keyring " + new + " --source-endpoint " + oldURL + " --source-token-file " + oldToken, sealed, 0,
			""},
		{"", keys + "--endpoint " + newURL + " --token-file " + newToken + " --source-keyring " + old, sealed, 0, ""},
		{"", keys + "--endpoint " + newURL + " --token-file " + newToken + " --source-endpoint " + oldURL +
			" --source-token-file " + oldToken, sealed, 0, ""},
		{"REKEY_ENDPOINT=" + newURL + " REKEY_TOKEN=t1.new", keys + "--source-keyring " + old, sealed, 0, ""},
		{"REKEY_ENDPOINT=" + newURL + " REKEY_TOKEN=t1.new REKEY_KEYRING=" + old, keys + "--source-store file", sealed,
			0, ""},
		{"REKEY_ENDPOINT=" + newURL + " REKEY_TOKEN=t1.new", keys + "--source-endpoint " + oldURL +
			" --source-token-file " + oldToken, sealed, 0, ""},
		{"REKEY_ENDPOINT=" + oldURL, keys + "--keyring " + new + " --source-token-file " + oldToken, sealed, 0, ""},
		{"REKEY_ENDPOINT=" + oldURL + " REKEY_TOKEN=t1.old", keys + "--keyring " + new + " --source-endpoint " + oldURL,
			sealed, 0, ""},
		{"", "reencrypt --key new --aad b --source-aad a --base64 --keyring " + new + " --source-endpoint " + oldURL +
			" --source-token-file " + oldToken, sealed, 0, ""},
	} {
		moved := l.run(t)
		if got := (line{"", "decrypt --key new --aad b --base64 --keyring " + new, moved, 0,
			""}).run(t); got != "secret" {
			t.Errorf("%s: %q came out", l.args, got)
		}
	}
	for _, l := range []line{
		{"", keys + "--keyring " + new + " --source-endpoint " + oldURL, sealed, 7, "the source: " + oldURL +
			" answered 401 Unauthorized: no token was sent: give a file that has one with --source-token-file\n"},
		{"", keys + "--keyring " + new + " --source-endpoint " + oldURL + " --source-token-file " + newToken, sealed, 7,
			"the source: " + oldURL + " answered 401 Unauthorized: the token is not accepted"},
		{"", keys + "--endpoint " + newURL + " --token-file " + oldToken + " --source-keyring " + old, sealed, 7,
			newURL + " answered 401 Unauthorized: the token is not accepted"},
		{"", strings.Replace(keys, "--source-aad a", "--source-aad x", 1) + "--keyring " + new + " --source-endpoint " +
			oldURL + " --source-token-file " + oldToken, sealed, 3, "Bad ciphertext: the AAD is not"},
		{"", keys + "--keyring " + new + " --source-token-file " + oldToken, sealed, 2,
			"--source-token-file is for a server"},
		{"", keys + "--source-keyring " + old + " --source-endpoint " + oldURL, sealed, 2,
			"--source-keyring and --source-endpoint exclude each other"},
		{"REKEY_ENDPOINT=" + newURL + " REKEY_KEYRING=" + new, keys + "--source-endpoint " + oldURL, sealed, 2,
			"REKEY_ENDPOINT names a server, and REKEY_KEYRING a store"},
	} {
		l.run(t)
	}
}

package functions_test

import (
	"strings"
	"testing"

	"rekey/shared/api"
)

// TestLogShowsNoSecret: what belongs into a file, and stands where its path
// does, is in no answer and in no line of the log.
func TestLogShowsNoSecret(t *testing.T) {
	t.Parallel()
	keyring := mustRing(t).setting()
	for name, env := range map[string][]string{
		"a keyring":             {`REKEY_KEYRING={"format": 1, "material": "HIDDEN"}`},
		"a keyring, no JSON":    {"REKEY_KEYRING=the HIDDEN itself"},
		"a passphrase":          {keyring, "REKEY_PASSPHRASE_FILE=the HIDDEN itself"},
		"base64":                {keyring, "REKEY_PASSPHRASE_FILE=/AbCdE0FgHIDDEN1+h2Ij3Kl"},
		"an authorized key":     {"REKEY_STORE=lockbox", `REKEY_SA_KEY_FILE={"private_key":"HIDDEN"}`},
		"a token":               {"REKEY_STORE=lockbox", "REKEY_SA_KEY_FILE=t1.9euelZqQzpmUmHIDDEN"},
		"a token for a place":   {"REKEY_STORE=lockbox", "REKEY_LOCKBOX_ENDPOINT=t1.9euelZqQzpmUmHIDDEN"},
		"a key for a secret":    {"REKEY_STORE=lockbox", `REKEY_SA_KEY_SECRET={"private_key":"HIDDEN"}`},
		"a key for a duration":  {keyring, `REKEY_CACHE_TTL={"private_key":"HIDDEN"}`},
		"base64 for a duration": {keyring, `REKEY_OFFLINE_GRACE=/AbCdE0FgHIDDEN1+h2Ij3Kl`},
	} {
		r := run(t, "encrypt", `{}`, env...)
		if r.code() != api.Internal || !strings.Contains(r.stderr, "this function cannot serve") ||
			strings.Contains(r.stdout+r.stderr, "HIDDEN") {
			t.Errorf("%s: got %s, %s", name, r.stdout, r.stderr)
		}
	}
}

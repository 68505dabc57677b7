package crypto

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"rekey/cmd/rekey/internal/cli"
	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/config"
	"rekey/shared/secretfile"
)

// endpoint is a server that is asked instead of a store, as flags name it.
type endpoint struct {
	url  string // --endpoint or --source-endpoint
	file string // --token-file or --source-token-file
}

func (e *endpoint) declare(c *cobra.Command, prefix, what string) {
	c.Flags().StringVar(&e.url, prefix+"endpoint", "", "ask the server at this `URL`"+what)
	c.Flags().StringVar(&e.file, prefix+"token-file", "", "a `FILE` with the token that this server wants")
	for _, store := range []string{"store", "keyring", "passphrase-file"} {
		cli.Exclude(c, prefix+store, prefix+"endpoint", prefix+"token-file")
	}
}

// target is where the new key is: where the flags say, or the environment.
func (f *command) target() (place, error) {
	f.flags.Lockbox = f.from.Store == string(config.StoreLockbox)
	s, err := f.flags.LoadOrAsk()
	if err != nil {
		return place{}, err
	}
	f.never = append(f.never, append(s.KeyFiles(), f.to.file)...)
	url, err := f.targetURL(s)
	if err != nil || url == "" {
		return place{store: s}, err
	}
	token, err := readToken(s, "--token-file", f.to.file, url == s.Endpoint || s.Endpoint == "")
	return place{url: url, token: token}, err
}

// targetURL is empty if the new key is in a store. Where the environment names
// a server and anything a store, one of them must be the source.
func (f *command) targetURL(s *settings.Settings) (string, error) {
	flag, variable := f.storeFlagGiven(), storeVariable()
	asked := f.from.asks()
	switch {
	case f.to.url != "":
		return f.to.url, nil
	case s.Endpoint == "" && f.to.file != "":
		return "", exit.Usagef("--token-file is for a server: name it with --endpoint")
	case s.Endpoint == "" && !asked && (s.Token != "" || s.TokenFile != ""):
		return "", exit.Usagef("there is a token in the environment, and no server for it: " +
			"set REKEY_ENDPOINT or give --endpoint, or unset REKEY_TOKEN and REKEY_TOKEN_FILE")
	case s.Endpoint == "":
		return "", nil
	case flag != "" && asked:
		return "", nil
	case flag != "":
		return "", exit.Usagef("REKEY_ENDPOINT names a server, and --%s a store: unset REKEY_ENDPOINT, or drop --%s",
			flag, flag)
	case variable != "" && !f.from.stored():
		return "", exit.Usagef("REKEY_ENDPOINT names a server, and %s a store: unset one of them", variable)
	}
	return s.Endpoint, nil
}

// storeFlagGiven is a flag that names a store, if one was given.
func (f *command) storeFlagGiven() string {
	switch {
	case f.flags.Keyring != "":
		return "keyring"
	case f.flags.Passphrase != "":
		return "passphrase-file"
	case f.flags.Store != "":
		return "store"
	}
	return ""
}

// storeVariable is a variable that names a store, if one is set.
func storeVariable() string {
	for _, name := range []string{"REKEY_STORE", "REKEY_KEYRING", "REKEY_PASSPHRASE_FILE"} {
		if _, ok := os.LookupEnv(name); ok {
			return name
		}
	}
	return ""
}

// maxToken is the most that a token has in bytes: gateways take headers of 8 KiB
// or so.
const maxToken = 16 << 10

// readToken is the token in a flag's file, or the environment's if that is for
// this server.
func readToken(s *settings.Settings, flag, path string, environment bool) (string, error) {
	switch {
	case path != "":
		if err := config.CheckFile(flag, path); err != nil {
			return "", exit.Setting(err)
		}
	case !environment:
		return "", nil
	case s.Token != "":
		return strings.TrimSpace(string(s.Token)), nil
	case s.TokenFile != "":
		path = s.TokenFile
	default:
		return "", nil
	}
	text, err := secretfile.Read(path, maxToken, s.AllowReadableSecrets)
	token := strings.Trim(string(text), "\r\n")
	switch {
	case err != nil:
		return "", fmt.Errorf("the token in %s %w", path, err)
	case token == "":
		return "", exit.Usagef("the token in %s is empty", path)
	case len(token) > maxToken:
		return "", exit.Usagef("the token in %s is over %d bytes: is it another file?", path, maxToken)
	}
	return token, nil
}

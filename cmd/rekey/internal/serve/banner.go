package serve

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/settings"
	"rekey/cmd/rekey/internal/show"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
	"rekey/shared/rest"
)

// document is the banner as a document.
type document struct {
	Address string       `json:"address"`
	Store   config.Store `json:"store"`
	Keyring string       `json:"keyring,omitzero"`
	Lockbox string       `json:"lockboxEndpoint,omitzero"`
	Keys    []key.ID     `json:"keys,omitzero"`  // REKEY_KEYS
	KeyID   key.ID       `json:"keyId,omitzero"` // one to try
	created bool         // the keyring, just now
}

// inKeyring is what is served of a keyring file.
func inKeyring(ctx context.Context, cfg *settings.Settings, ad keyadmin.Admin, created bool) (*document, error) {
	all, err := ad.List(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkNoNames(cfg.Keys, all); err != nil {
		return nil, err
	}
	path, err := cfg.KeyringPath()
	if err != nil {
		return nil, err
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return &document{Store: cfg.Store, Keyring: path, Keys: cfg.Keys, KeyID: usable(all, cfg), created: created}, nil
}

// checkNoNames refuses names in REKEY_KEYS, which has ids: nothing would be
// served for them.
func checkNoNames(ids []key.ID, all []*keyadmin.Key) error {
	for _, id := range ids {
		is := func(k *keyadmin.Key) bool { return k.ID == id }
		if i := slices.IndexFunc(all, func(k *keyadmin.Key) bool { return k.Name == string(id) }); i >= 0 &&
			!slices.ContainsFunc(all, is) {
			return exit.Usagef("REKEY_KEYS has %s, which is the name of key %s: give ids", id, all[i].ID)
		}
	}
	return nil
}

// inLockbox is what is served of Lockbox, as far as that is known without
// asking it.
func inLockbox(cfg *settings.Settings) *document {
	d := &document{Store: cfg.Store, Lockbox: cfg.LockboxEndpoint, Keys: cfg.Keys}
	if len(cfg.Keys) > 0 {
		d.KeyID = cfg.Keys[0]
	}
	return d
}

// banner prints where the server is and how to try it.
func (s *command) banner(w io.Writer, d *document) error {
	fmt.Fprintln(s.Err, "rekey: serve runs as REKEY_AUTH=none: nobody is authenticated, "+
		"everybody who can connect may use every key")
	if s.json {
		return show.JSON(w, d)
	}
	fmt.Fprintf(w, "rekey serves on %s\n", d.Address)
	if d.Store == config.StoreLockbox {
		d.printLockbox(w)
	} else {
		d.printKeyring(w)
	}
	if d.KeyID != "" {
		d.printTry(w)
	}
	return nil
}

// usable picks a key to try: the oldest that is active and served.
func usable(all []*keyadmin.Key, cfg *settings.Settings) key.ID {
	for _, k := range all {
		if k.Status == key.Active && k.PrimaryVersion != nil && k.PrimaryVersion.Status == key.VersionActive &&
			cfg.Serves(k.ID) {
			return k.ID
		}
	}
	return ""
}

func (d *document) printKeyring(w io.Writer) {
	note := ""
	if d.created {
		note = "  (new: back it up, without it nothing can be decrypted)"
	}
	fmt.Fprintf(w, "keyring  %s%s\n", plain.Text(d.Keyring), note)
	if d.KeyID == "" {
		fmt.Fprintln(w, "There is no active key to try: `rekey keys list` shows all, `rekey keys create` makes "+
			"one.")
		return
	}
	fmt.Fprintf(w, "key      %s\n", d.KeyID)
}

func (d *document) printLockbox(w io.Writer) {
	where, which := "Yandex Lockbox", "every one that the service account may read: REKEY_KEYS would name the only ones"
	if d.Lockbox != "" {
		where += " at " + d.Lockbox
	}
	if len(d.Keys) > 0 {
		which = "only those of REKEY_KEYS:"
		for _, id := range d.Keys {
			which += " " + string(id)
		}
	}
	fmt.Fprintf(w, "store    %s\nkeys     %s\n", where, which)
}

// printTry leaves the first answer in the current folder: in /tmp others could
// have put a link in its place. The brackets of [::1] are a pattern for zsh,
// and for curl without -g.
func (d *document) printTry(w io.Writer) {
	url, curl := d.Address+rest.Prefix+string(d.KeyID), "curl -s"
	if strings.Contains(url, "[") {
		curl += "g"
	}
	fmt.Fprintf(w, `
Try it, in another terminal (the first line leaves rekey-hello.json there):
%s %s -d '{"plaintext":"aGVsbG8sIEtNUw=="}' | tee rekey-hello.json
%s %s -d @rekey-hello.json
`, curl, plain.Shell(url+":encrypt"), curl, plain.Shell(url+":decrypt"))
}

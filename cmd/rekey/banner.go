package main

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rekey/cmd/rekey/internal/exit"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
	"rekey/shared/rest"
)

// serving is the banner as a document.
type serving struct {
	Address string       `json:"address"`
	Store   config.Store `json:"store"`
	Keyring string       `json:"keyring,omitzero"`
	Lockbox string       `json:"lockboxEndpoint,omitzero"`
	Keys    []key.ID     `json:"keys,omitzero"`  // REKEY_KEYS
	KeyID   key.ID       `json:"keyId,omitzero"` // one to try
	created bool         // the keyring, just now
}

// inKeyring is what is served of a keyring file.
func inKeyring(ctx context.Context, cfg *settings, ad keyadmin.Admin, created bool) (*serving, error) {
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
	return &serving{Store: cfg.Store, Keyring: path, Keys: cfg.Keys, KeyID: usable(all, cfg), created: created}, nil
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
func inLockbox(cfg *settings) *serving {
	d := &serving{Store: cfg.Store, Lockbox: cfg.LockboxEndpoint, Keys: cfg.Keys}
	if len(cfg.Keys) > 0 {
		d.KeyID = cfg.Keys[0]
	}
	return d
}

// banner prints where the server is and how to try it.
func (a *app) banner(d *serving) error {
	fmt.Fprintln(a.err, "rekey: serve runs as REKEY_AUTH=none: nobody is authenticated, whoever can connect may use "+
		"every key")
	if a.json {
		return a.printJSON(d)
	}
	fmt.Fprintf(a.out, "rekey serves on %s\n", d.Address)
	if d.Store == config.StoreLockbox {
		a.printLockbox(d)
	} else {
		a.printKeyring(d)
	}
	if d.KeyID != "" {
		a.printTry(d)
	}
	return a.out.Err()
}

// reachable is an address that curl on this machine can use in a URL: not
// 0.0.0.0, and a zone as RFC 6874 has it.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return strings.Replace(addr.String(), "%", "%25", 1)
}

// usable picks a key to try: the oldest that is active and served.
func usable(all []*keyadmin.Key, cfg *settings) key.ID {
	for _, k := range all {
		if k.Status == key.Active && k.PrimaryVersion != nil && k.PrimaryVersion.Status == key.VersionActive &&
			served(cfg, k.ID) {
			return k.ID
		}
	}
	return ""
}

func (a *app) printKeyring(d *serving) {
	note := ""
	if d.created {
		note = "  (new: back it up, without it nothing can be decrypted)"
	}
	fmt.Fprintf(a.out, "keyring  %s%s\n", plain.Text(d.Keyring), note)
	if d.KeyID == "" {
		fmt.Fprintln(a.out, "There is no active key to try: `rekey keys list` shows all, `rekey keys create` makes "+
			"one.")
		return
	}
	fmt.Fprintf(a.out, "key      %s\n", d.KeyID)
}

func (a *app) printLockbox(d *serving) {
	where, which := "Yandex Lockbox", "every one that the service account may read: REKEY_KEYS would name the only ones"
	if d.Lockbox != "" {
		where += " at " + d.Lockbox
	}
	if len(d.Keys) > 0 {
		which = "those of REKEY_KEYS alone:"
		for _, id := range d.Keys {
			which += " " + string(id)
		}
	}
	fmt.Fprintf(a.out, "store    %s\nkeys     %s\n", where, which)
}

// printTry leaves the first answer in the current folder: in /tmp others could
// have put a link in its place. The brackets of [::1] are a pattern for zsh,
// and for curl without -g.
func (a *app) printTry(d *serving) {
	url, curl := d.Address+rest.Prefix+string(d.KeyID), "curl -s"
	if strings.Contains(url, "[") {
		curl += "g"
	}
	fmt.Fprintf(a.out, `
Try it, in another terminal (the first line leaves rekey-hello.json there):
%s %s -d '{"plaintext":"aGVsbG8sIEtNUw=="}' | tee rekey-hello.json
%s %s -d @rekey-hello.json
`, curl, plain.Shell(url+":encrypt"), curl, plain.Shell(url+":decrypt"))
}

package main

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strconv"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/rest"
)

// serving is the banner as a document.
type serving struct {
	Address string `json:"address"`
	Keyring string `json:"keyring"`
	KeyID   key.ID `json:"keyId,omitzero"`
}

// banner prints where the server is and how to try it, with a key that works.
func (a *app) banner(ctx context.Context, cfg *settings, ad keyadmin.Admin, ln net.Listener, created bool) error {
	fmt.Fprintln(a.err, "rekey: serve runs as REKEY_AUTH=none: nobody is authenticated, whoever can connect may use every key")
	a.purge(ctx, ad)
	all, err := ad.List(ctx)
	if err != nil {
		return err
	}
	path, err := cfg.KeyringPath()
	if err != nil {
		return err
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	doc := serving{Address: "http://" + reachable(ln.Addr()), Keyring: path, KeyID: usable(all, cfg)}
	if a.json {
		return a.printJSON(doc)
	}
	a.printBanner(doc, created)
	return nil
}

// reachable is an address that curl on this machine can use: not 0.0.0.0.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}

// usable picks a key to try: the oldest that is active and served.
func usable(all []*keyadmin.Key, cfg *settings) key.ID {
	for _, k := range all {
		if k.Status == key.Active && k.PrimaryVersion != nil && k.PrimaryVersion.Status == key.VersionActive && served(cfg, k.ID) {
			return k.ID
		}
	}
	return ""
}

// printBanner leaves the first answer in the current folder: in /tmp others
// could have put a link in its place.
func (a *app) printBanner(d serving, created bool) {
	note := ""
	if created {
		note = "  (new: back it up, without it nothing can be decrypted)"
	}
	fmt.Fprintf(a.out, "rekey serves on %s\nkeyring  %s%s\n", d.Address, d.Keyring, note)
	if d.KeyID == "" {
		fmt.Fprintln(a.out, "There is no active key to try: `rekey keys list` shows all, `rekey keys create` makes one.")
		return
	}
	url := d.Address + rest.Prefix + string(d.KeyID)
	fmt.Fprintf(a.out, `key      %s

Try it, in another terminal (the first line leaves rekey-hello.json there):
curl -s %s:encrypt -d '{"plaintext":"aGVsbG8sIEtNUw=="}' | tee rekey-hello.json
curl -s %s:decrypt -d "$(sed 's/"versionId":"[^"]*",//' rekey-hello.json)"
`, d.KeyID, url, url)
}

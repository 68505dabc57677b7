package crypto

import (
	"context"
	"fmt"
	"os"

	"rekey/cmd/rekey/internal/exit"
	"rekey/cmd/rekey/internal/settings"
	"rekey/shared/api"
	"rekey/shared/boot"
	"rekey/shared/ciphertext"
	"rekey/shared/client"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/pipeline"
)

// place is a server, or the store of these settings.
type place struct {
	url, token string
	store      *settings.Settings
}

// service is that of the new key's place, and the ids of the keys that the caller
// means.
func (f *command) service(ctx context.Context, names ...string) (api.Crypto, []key.ID, error) {
	at, err := f.target()
	if err != nil {
		return nil, nil, err
	}
	f.opening = at.store
	return f.open(ctx, at, names...)
}

// begin is service for the key that --key names, and the AAD.
func (f *command) begin(ctx context.Context) (s api.Crypto, ids []key.ID, aad []byte, err error) {
	if aad, err = f.aad.read("--aad-file"); err != nil {
		return nil, nil, nil, err
	}
	s, ids, err = f.service(ctx, f.key)
	return s, ids, aad, err
}

// services is the service of the new key's place, which opens with that of the
// source's, and the ids of both keys.
func (f *command) services(ctx context.Context, sourceKey string) (api.Crypto, []key.ID, error) {
	if !f.from.asks() && !f.from.stored() {
		return f.service(ctx, f.key, sourceKey)
	}
	to, err := f.target()
	if err != nil {
		return nil, nil, err
	}
	from, err := f.from.place()
	if err != nil {
		return nil, nil, err
	}
	f.never, f.opening = append(f.never, append(from.store.KeyFiles(), f.from.file)...), from.store
	if isSame(to, from) { // nobody is asked for a passphrase twice, and the plaintext stays at its server
		return f.open(ctx, to, f.key, sourceKey)
	}
	opening, sourceIDs, err := f.open(ctx, from, sourceKey)
	if err != nil {
		return nil, nil, from.ofSource(err)
	}
	sealing, ids, err := f.open(ctx, to, f.key)
	if err != nil {
		return nil, nil, err
	}
	return between(opening, sealing), append(ids, sourceIDs...), nil
}

// open is the service of a place, and the ids of the keys there that the caller
// means; an empty name means none.
func (f *command) open(ctx context.Context, p place, names ...string) (api.Crypto, []key.ID, error) {
	if p.store == nil {
		return p.ask(names)
	}
	ids, err := p.store.IDs(ctx, names)
	if err == nil {
		err = p.store.CheckServed(ids...)
	}
	if err != nil {
		return nil, nil, err
	}
	s, err := p.store.OpenService(boot.Log(f.Err), pipeline.Owner)
	return s, ids, err
}

func (p place) ask(names []string) (api.Crypto, []key.ID, error) {
	s, err := client.New(p.url, p.token)
	if err != nil {
		return nil, nil, exit.Usagef("%w", err)
	}
	var ids []key.ID
	for _, name := range names {
		if name == "" {
			continue
		}
		id := key.ID(name)
		if err := keyadmin.CheckKeyID(id); err != nil {
			return nil, nil, fmt.Errorf("%w: %s", err, exit.WantsIDs)
		}
		ids = append(ids, id)
	}
	return s, ids, nil
}

// opener is the key that a ciphertext is opened with: given, or if there is
// none of that place, the one that it names itself.
func (f *command) opener(given []key.ID, place int, blob []byte) (key.ID, error) {
	if place < len(given) {
		return given[place], nil
	}
	named, err := ciphertext.Split(blob)
	switch {
	case err != nil:
		return "", api.Errorf(api.InvalidArgument, "Bad ciphertext: %v", err)
	case f.opening == nil:
		return named.KeyID, nil
	}
	return named.KeyID, f.opening.CheckServed(named.KeyID)
}

// isSame reports whether two places are one, entered in one way. There is one
// Lockbox in an environment.
func isSame(one, other place) bool {
	a, b := one.store, other.store
	if a == nil || b == nil {
		return one == other
	}
	if a.Store != b.Store || a.Store == config.StoreLockbox {
		return a.Store == b.Store
	}
	return a.PassphraseFile == b.PassphraseFile && isSameFile(a, b)
}

func isSameFile(a, b *settings.Settings) bool {
	one, _ := a.KeyringPath()
	other, _ := b.KeyringPath()
	info, err := os.Stat(one)
	otherInfo, otherErr := os.Stat(other)
	return err == nil && otherErr == nil && os.SameFile(info, otherInfo)
}

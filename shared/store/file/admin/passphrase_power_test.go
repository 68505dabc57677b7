package admin

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"rekey/shared/store/file/internal/keyfile"
	"rekey/shared/store/file/internal/sealed"
	"rekey/shared/store/file/passphrase"
)

// TestPassphrasePower lets the power fail at every moment of a change of an
// encrypted keyring, of its passphrase, and of a restore with a passphrase of
// the backup's own: there is the old file or the new one, whole, which the old
// passphrase opens or the new one, and beside it nothing in plain text.
func TestPassphrasePower(t *testing.T) {
	for name, c := range map[string]struct {
		from, to *passphrase.Passphrase // nil: plain text
		do       func(k *Keeper, to *passphrase.Passphrase) error
	}{
		"a change":      {given(phrase), given(phrase), rotate},
		"the first one": {nil, given(phrase), setPassphrase},
		"another one":   {given(phrase), given(other), setPassphrase},
		"the same":      {given(phrase), given(phrase), setPassphrase},
		"none":          {given(phrase), nil, setPassphrase},
		"a restore":     {given(phrase), given(phrase), restoreUnder(t, given(other))},
	} {
		path := newPath(t)
		mustEncrypted(t, path, c.from)
		first, before, rec := newPowerDisk(t, filepath.Dir(path)), mustRead(t, path), &recorder{}
		start := func() *powerDisk {
			d := *first
			d.names, d.durable, d.pending = copyNames(first.names)
			return &d
		}
		k := mustKeepWith(t, path, c.from)
		k.admin.disk = rec.disk()
		if err := c.do(k, c.to); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		after := mustRead(t, path)
		err := checkPower(start, rec.ops, path, before, after, func(all map[string][]byte) error {
			for file, data := range all {
				if file != path && c.from != nil && c.to != nil && bytes.Contains(data, []byte("material")) {
					return errors.New(file + " is in plain text")
				}
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Open(path, Options{Passphrase: c.to}); err != nil {
			t.Errorf("%s: what is there then: %v", name, err)
		}
		os.Remove(path + keyfile.MemorySuffix) // it would refuse what was there
		mustWrite(t, path, before)
		if _, err := Open(path, Options{Passphrase: c.from}); err != nil {
			t.Errorf("%s: what was there: %v", name, err)
		}
	}
}

func rotate(k *Keeper, _ *passphrase.Passphrase) error {
	_, err := k.admin.Rotate(ctx, "k1", 0)
	return err
}

func setPassphrase(k *Keeper, to *passphrase.Passphrase) error {
	_, err := k.SetPassphrase(ctx, to)
	return err
}

// restoreUnder restores a backup that has its own passphrase.
func restoreUnder(t *testing.T, p *passphrase.Passphrase) func(*Keeper, *passphrase.Passphrase) error {
	path := newPath(t)
	mustEncrypted(t, path, p)
	return func(k *Keeper, _ *passphrase.Passphrase) error {
		_, err := k.Restore(ctx, Backup{Path: path, Passphrase: given(other)}, true)
		return err
	}
}

// TestIdentities: a change of the keys keeps what the passphrase opens, byte for
// byte; a passphrase that is set has another identity, even the same one, even
// after a time in plain text.
func TestIdentities(t *testing.T) {
	path := newPath(t)
	mustEncrypted(t, path, given(phrase))
	first := func() string {
		part, rest := sealed.Split(mustRead(t, path))
		if rest == nil {
			t.Fatal("the keyring is not in two parts")
		}
		return string(part)
	}
	seen := map[string]bool{}
	from := given(phrase)
	for _, to := range []*passphrase.Passphrase{given(other), given(other), nil, given(phrase), given(phrase)} {
		if seen[first()] {
			t.Error("an identity comes again")
		}
		seen[first()] = true
		if err := rotate(mustKeepWith(t, path, from), nil); err != nil {
			t.Fatal(err)
		}
		if !seen[first()] {
			t.Error("a rotation has made a new identity")
		}
		k := mustKeepWith(t, path, from)
		if err := setPassphrase(k, to); err != nil {
			t.Fatal(err)
		}
		if to == nil {
			to = given(other)
			if err := setPassphrase(mustKeepWith(t, path, nil), to); err != nil {
				t.Fatal(err)
			}
		}
		from = to
	}
}

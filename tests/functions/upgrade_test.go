package functions_test

import (
	"path/filepath"
	"testing"

	"rekey/shared/key"
)

// TestUpgrade: while instances are exchanged, forwards or back, those of the
// previous release and of this one work over the same keys. What one seals the
// other opens, with every algorithm and in every operation, whichever of them
// wrote the keyring file last; and what was sealed before that still opens.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	revision := previousRelease(t)
	keyring := "REKEY_KEYRING=" + filepath.Join(t.TempDir(), "keyring.json")
	before := release{revision, mustBuildPrevious(t, revision), keyring}
	now := release{"this one", filepath.Dir(mustBuild(t, "encrypt")), keyring}

	m := mixed{primary: map[string]string{}}
	for a := key.AES128; a.Valid(); a++ {
		m.ids = append(m.ids, a.String())
		before.rekey(t, "keys", "create", "--create", "--id", a.String(), "--algorithm", a.String())
	}
	m.work(t, "created by "+before.name, before, now)
	for _, writes := range []release{now, before} {
		for _, id := range m.ids {
			writes.rekey(t, "keys", "rotate", id)
		}
		m.work(t, "rotated by "+writes.name, before, now)
	}
	for _, s := range m.sealed {
		s.wantOpens(t, before)
		s.wantOpens(t, now)
	}
}

// mixed is keys in use by two releases.
type mixed struct {
	ids     []string          // of the keys, each that of its algorithm
	primary map[string]string // version of each key, at the last work
	sealed  []seal
}

// seal is a ciphertext and what it is of, in base64. Its AAD is always aad.
type seal struct{ name, key, ciphertext, plaintext string }

// work has each release seal with each key's new primary version, and the
// other re-encrypt that for the next key.
func (m *mixed) work(t *testing.T, when string, before, now release) {
	t.Helper()
	last := m.primary
	m.primary = map[string]string{}
	for _, r := range []struct{ seals, opens release }{{before, now}, {now, before}} {
		for i, id := range m.ids {
			name := when + ", sealed by " + r.seals.name + " with " + id
			a := r.seals.call(t, "encrypt", `{"keyId":%q,"aadContext":%q,"plaintext":%q}`, id, b64(aad), b64(plaintext))
			m.add(seal{name, id, a.text("ciphertext"), b64(plaintext)})
			if m.primary[id] == "" {
				m.primary[id] = a.text("versionId")
			}
			if v := a.text("versionId"); v == "" || v == last[id] || v != m.primary[id] {
				t.Errorf("%s: version %q, want %q as the other release has, and another than %q: %s", name, v,
					m.primary[id], last[id], a.raw)
			}
			d := r.seals.call(t, "datakey", `{"keyId":%q,"aadContext":%q,"dataKeySpec":%q}`, id, b64(aad), id)
			m.add(seal{name + ", a data key", id, d.text("dataKeyCiphertext"), d.text("dataKeyPlaintext")})
			next := m.ids[(i+1)%len(m.ids)]
			re := r.opens.call(t, "reencrypt",
				`{"keyId":%q,"aadContext":%q,"sourceKeyId":%q,"sourceAadContext":%q,"ciphertext":%q}`,
				next, b64(aad), id, b64(aad), a.text("ciphertext"))
			m.add(seal{name + ", re-encrypted by " + r.opens.name, next, re.text("ciphertext"), b64(plaintext)})
		}
	}
}

func (m *mixed) add(s seal) { m.sealed = append(m.sealed, s) }

// wantOpens checks that a release opens what was sealed.
func (s seal) wantOpens(t *testing.T, by release) {
	t.Helper()
	a := by.call(t, "decrypt", `{"keyId":%q,"aadContext":%q,"ciphertext":%q}`, s.key, b64(aad), s.ciphertext)
	if got := a.text("plaintext"); s.ciphertext == "" || got == "" || got != s.plaintext {
		t.Errorf("%s: %s does not open it: code %v, %s", s.name, by.name, a.code(), a.text("message"))
	}
}

package sealed

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
)

var phrase, text = []byte("correct horse battery staple"), []byte(`{"format": 1, "material": "AAAA"}` + "\n")

func TestMain(m *testing.M) {
	Work = 10
	os.Exit(m.Run())
}

func mustUnlock(t *testing.T, data []byte) *Unlocked {
	t.Helper()
	first, _ := Split(data)
	u, err := Unlock(first, phrase)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func mustSeal(t *testing.T) (*Unlocked, []byte) {
	t.Helper()
	first, err := NewFirst(phrase)
	if err != nil {
		t.Fatal(err)
	}
	u := mustUnlock(t, first)
	data, err := u.Seal(text)
	if err != nil {
		t.Fatal(err)
	}
	return u, data
}

func mustNew(t *testing.T) *age.X25519Identity {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func mustEncrypt(t *testing.T, text []byte, to age.Recipient) []byte {
	t.Helper()
	data, err := encrypt(text, to)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustWrap(t *testing.T, text string, secret []byte) []byte {
	t.Helper()
	data, err := wrap([]byte(text), secret)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, []byte("\n")) }

// open is what a new process makes of a file.
func open(data, secret []byte) ([]byte, error) {
	first, _ := Split(data)
	u, err := Unlock(first, secret)
	if err != nil {
		return nil, err
	}
	return u.Open(data)
}

// TestLayout: the bytes are those that the package draws.
func TestLayout(t *testing.T) {
	_, data := mustSeal(t)
	const part = `-----BEGIN AGE ENCRYPTED FILE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END AGE ENCRYPTED FILE-----\n`
	if !Is(data) || !regexp.MustCompile(`^`+part+part+`$`).Match(data) {
		t.Errorf("sealed:\n%s", data)
	}
	first, rest := Split(data)
	for i, want := range []string{"age-encryption.org/v1\n-> scrypt ", "age-encryption.org/v1\n-> X25519 "} {
		if raw := dearmored(t, [][]byte{first, rest}[i]); !strings.HasPrefix(raw, want) {
			t.Errorf("part %d begins %.40q", i+1, raw)
		}
	}
	if again := join(first, rest); !bytes.Equal(again, bytes.TrimSpace(data)) {
		t.Error("split and joined it is another file")
	}
}

// TestForged: a file that was made without the identity is refused, whatever
// its maker copied from real ones. Who has the disk has those, and no more.
func TestForged(t *testing.T) {
	u, data := mustSeal(t)
	first, rest := Split(data)
	theirs := mustNew(t)
	toThem := mustEncrypt(t, text, theirs.Recipient())
	ownSecret := []byte("a passphrase of the forger")
	for name, forged := range map[string][]byte{
		"their content":                         join(first, toThem),
		"content to nobody's passphrase":        join(first, mustWrap(t, string(text), ownSecret)),
		"their identity under their passphrase": join(mustWrap(t, theirs.String(), ownSecret), toThem),
		"their identity to their identity": join(mustEncrypt(t, []byte(theirs.String()), theirs.Recipient()),
			toThem),
		"the first part twice":                     join(first, first),
		"the second part twice":                    join(rest, rest),
		"the parts exchanged":                      join(rest, first),
		"the second part only":                     rest,
		"two contents":                             join(first, rest, rest),
		"two contents, theirs last":                join(first, rest, toThem),
		"two first parts":                          join(first, first, rest),
		"plain text behind":                        join(first, text),
		"plain text behind all":                    join(first, rest, text),
		"a binary second part":                     join(first, []byte("age-encryption.org/v1\n")),
		"nothing behind":                           first,
		"white space behind":                       append(bytes.Clone(first), " \n\n\t\n"...),
		"their identity's content behind a header": append(bytes.Clone(first), toThem...),
	} {
		got, err := open(forged, phrase)
		if err == nil || got != nil {
			t.Errorf("%s: opens to %q", name, got)
		}
		checkSecretFree(t, u, err)
		if u.Fits(forged) { // a process that has opened the real file
			if got, err := u.Open(forged); err == nil || got != nil || errors.Is(err, ErrWrong) {
				t.Errorf("%s, under a running process: %q, %v", name, got, err)
			}
		}
	}
}

// TestFirstHoldsOther: what the passphrase itself has encrypted is not a key unless
// it was made as one, and no error shows it.
func TestFirstHoldsOther(t *testing.T) {
	shows := regexp.MustCompile(`SECRET|material`)
	for name, inner := range map[string]string{
		"a keyring": string(text), "nothing": "", "a broken identity": identityPrefix + "SECRET",
		"two": mustNew(t).String() + "\n" + mustNew(t).String(),
	} {
		theirs := mustNew(t)
		got, err := open(join(mustWrap(t, inner, phrase), mustEncrypt(t, text, theirs.Recipient())), phrase)
		if err == nil || got != nil || !strings.Contains(err.Error(), "is damaged") || shows.MatchString(err.Error()) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestRecipientNowhere: the recipient, which makes forgers, is not in the file
// in any form; nor is the identity.
func TestRecipientNowhere(t *testing.T) {
	u, data := mustSeal(t)
	first, rest := Split(data)
	checkSecretFree(t, u, errors.New(string(data)))
	for _, part := range [][]byte{first, rest} {
		checkSecretFree(t, u, errors.New(dearmored(t, part)))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		checkSecretFree(t, u, fmt.Errorf(verb, u))
	}
	// What stands in a stanza is the share of one sealing, and tells nothing.
	again, err := u.Seal(text)
	if err != nil {
		t.Fatal(err)
	}
	_, other := Split(again)
	share := regexp.MustCompile(`X25519 \S+`)
	if share.FindString(dearmored(t, rest)) == share.FindString(dearmored(t, other)) {
		t.Error("two sealings have the same share")
	}
}

func dearmored(t *testing.T, part []byte) string {
	t.Helper()
	raw, err := io.ReadAll(armor.NewReader(bytes.NewReader(part)))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// checkSecretFree checks that a text has neither identity nor recipient.
func checkSecretFree(t *testing.T, u *Unlocked, text error) {
	t.Helper()
	raw := reflect.ValueOf(u.identity.Recipient()).Elem().FieldByName("theirPublicKey").Bytes()
	for _, secret := range []string{u.identity.String(), u.identity.Recipient().String(), identityPrefix, "age1",
		string(raw), hex.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw)} {
		if strings.Contains(text.Error(), secret) {
			t.Errorf("%q shows in %.200q", secret, text)
		}
	}
}

// TestFirstLost: a file that has no part for a passphrase is damaged, whatever
// passphrase is tried: who is told that it is another one gives up the file.
func TestFirstLost(t *testing.T) {
	_, data := mustSeal(t)
	_, rest := Split(data)
	for name, bad := range map[string][]byte{"the second part": rest,
		"others'": mustEncrypt(t, text, mustNew(t).Recipient())} {
		if _, err := open(bad, phrase); err == nil || errors.Is(err, ErrWrong) ||
			!strings.Contains(err.Error(), "is damaged") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTruncated: a file that is cut anywhere is damaged, and nothing of it
// comes out.
func TestTruncated(t *testing.T) {
	u, data := mustSeal(t)
	for n := range len(data) - 1 { // without the last line break it is whole
		if !u.Fits(data[:n]) {
			continue // cut in its first part: TestCutInFirst
		}
		if got, err := u.Open(data[:n]); got != nil || err == nil || !strings.Contains(err.Error(), "is damaged") {
			t.Fatalf("cut to %d bytes of %d: %q, %v", n, len(data), got, err)
		}
	}
	first, _ := Split(data)
	for n := len(armor.Header); n < len(first); n += 31 {
		if got, err := open(data[:n], phrase); got != nil || err == nil ||
			!strings.Contains(err.Error(), "is damaged") {
			t.Fatalf("cut to %d bytes of %d: %q, %v", n, len(data), got, err)
		}
	}
}

// TestForms: line ends of Windows, a lost last line break and blank lines
// behind are not damage, as they are none to age.
func TestForms(t *testing.T) {
	_, data := mustSeal(t)
	first, rest := Split(data)
	for name, form := range map[string][]byte{
		"as written":         data,
		"CRLF":               bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
		"no last line break": bytes.TrimSpace(data),
		"blank lines":        append(bytes.Clone(data), "\n\n"...),
		"a blank between":    join(first, nil, rest),
	} {
		if got, err := open(form, phrase); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: opens to %q, %v", name, got, err)
			continue
		}
		again, err := mustUnlock(t, form).Seal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := open(again, phrase); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: sealed again, opens to %q, %v", name, got, err)
		}
	}
}

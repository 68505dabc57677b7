package passphrase

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"rekey/shared/store/file/internal/sealed"
)

const phrase = "correct horse battery staple"

var text = []byte("{\"format\": 1, \"material\": \"AAAA\"}\n")

var production = sealed.Work

// TestMain makes scrypt cheap for all tests but TestWorkFactor.
func TestMain(m *testing.M) {
	sealed.Work = 10
	os.Exit(m.Run())
}

func TestWorkFactor(t *testing.T) {
	defer func(n int) { sealed.Work = n }(sealed.Work)
	sealed.Work = production
	first, _ := sealed.Split(mustSeal(t, Given([]byte(phrase))))
	data, err := io.ReadAll(armor.NewReader(bytes.NewReader(first)))
	if header, _, _ := bytes.Cut(data, []byte("\n---")); err != nil ||
		!regexp.MustCompile(`\n-> scrypt \S+ 17\n`).Match(header) {
		t.Errorf("header is %q, %v", header, err)
	}
}

// counted is a passphrase that counts what it reads and how often it does
// scrypt.
type counted struct {
	*Passphrase
	says        string
	reads, work int
}

func newCounted(says string) *counted {
	c := &counted{says: says}
	c.Passphrase = FromPerson(func(string) ([]byte, error) { c.reads++; return []byte(c.says), nil })
	c.unlock = func(first, secret []byte) (*sealed.Unlocked, error) { c.work++; return sealed.Unlock(first, secret) }
	return c
}

func mustSeal(t *testing.T, p *Passphrase) []byte {
	t.Helper()
	data, err := p.Seal("keyring.json", text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func checkOpens(t *testing.T, p *Passphrase, data []byte) {
	t.Helper()
	if got, err := p.Open("keyring.json", data); err != nil || !bytes.Equal(got, text) {
		t.Fatalf("opens to %q, %v; want %q", got, err, text)
	}
}

func TestRoundTrip(t *testing.T) {
	data := mustSeal(t, Given([]byte(phrase)))
	if !Encrypted(data) || bytes.Contains(data, text) || !bytes.HasSuffix(data, []byte(armor.Footer+"\n")) {
		t.Fatalf("sealed:\n%s", data)
	}
	checkOpens(t, Given([]byte(phrase)), data)
	first, rest := sealed.Split(data)
	other, _ := sealed.Split(mustSeal(t, Given([]byte(phrase))))
	if rest == nil || bytes.Equal(first, other) {
		t.Error("the same passphrase, given anew, has the same identity")
	}
	if _, err := Given([]byte(phrase+"!")).Open("keyring.json", data); !errors.Is(err, ErrWrong) {
		t.Errorf("another passphrase: %v", err)
	}
}

// byAge is what `age -p` makes of the text, in armor (-a) or not.
func byAge(t *testing.T, inArmor bool) []byte {
	t.Helper()
	recipient, err := age.NewScryptRecipient(phrase)
	if err != nil {
		t.Fatal(err)
	}
	recipient.SetWorkFactor(10)
	var plain, armored bytes.Buffer
	shell := armor.NewWriter(&armored)
	in, err := age.Encrypt(io.MultiWriter(&plain, shell), recipient)
	if err != nil {
		t.Fatal(err)
	}
	in.Write(text)
	if err := errors.Join(in.Close(), shell.Close()); err != nil {
		t.Fatal(err)
	}
	if inArmor {
		return armored.Bytes()
	}
	return plain.Bytes()
}

// TestAge: what `age -p` makes is read, in armor or without, and what is sealed
// after it is in two parts, with the same passphrase.
func TestAge(t *testing.T) {
	for _, inArmor := range []bool{true, false} {
		theirs := byAge(t, inArmor)
		c := newCounted(phrase)
		for range 3 {
			checkOpens(t, c.Passphrase, theirs)
		}
		if c.work != 1 {
			t.Errorf("opened thrice: %d times scrypt, want 1", c.work)
		}
		ours := mustSeal(t, c.Passphrase)
		if _, rest := sealed.Split(ours); rest == nil {
			t.Errorf("sealed:\n%s", ours)
		}
		checkOpens(t, Given([]byte(phrase)), ours)
		// Another process has written it anew: nobody is asked for what is known.
		checkOpens(t, c.Passphrase, mustSeal(t, Given([]byte(phrase))))
		if c.reads != 1 {
			t.Errorf("asked %d times", c.reads)
		}
	}
}

// TestTooMuchWork: a file does not decide how much memory it takes to refuse
// it.
func TestTooMuchWork(t *testing.T) {
	huge := "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 21\n" +
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
	if _, err := Given([]byte(phrase)).Open("keyring.json", []byte(huge)); err == nil ||
		!strings.Contains(err.Error(), "work factor too large") {
		t.Errorf("error is %v", err)
	}
}

// TestDamaged changes what no passphrase is needed to see, and what only the
// right one shows: never a wrong text, and never ErrWrong for damage behind
// the passphrase.
func TestDamaged(t *testing.T) {
	data := mustSeal(t, Given([]byte(phrase)))
	lines := bytes.SplitAfter(data, []byte("\n"))
	end := len(data) - len(lines[len(lines)-2])
	for name, bad := range map[string][]byte{
		"cut":            data[:len(data)/2],
		"no footer":      data[:end],
		"a line behind":  append(bytes.Clone(data), "more\n"...),
		"armor, broken":  bytes.Replace(data, lines[2], []byte("*"+string(lines[2][1:])), 1),
		"payload, a bit": flip(data, end-6),
	} {
		got, err := Given([]byte(phrase)).Open("keyring.json", bad)
		if err == nil || got != nil || errors.Is(err, ErrWrong) || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// flip replaces one character of base64 by another.
func flip(data []byte, at int) []byte {
	bad := bytes.Clone(data)
	if bad[at]++; data[at] == 'Z' || data[at] == 'z' || data[at] == '9' || data[at] == '+' || data[at] == '/' {
		bad[at] = 'A'
	}
	return bad
}

// TestWorkOnce: scrypt is paid for once, not for every look.
func TestWorkOnce(t *testing.T) {
	data := mustSeal(t, Given([]byte(phrase)))
	c := newCounted(phrase)
	for range 3 {
		checkOpens(t, c.Passphrase, data)
	}
	if c.reads != 1 || c.work != 1 {
		t.Errorf("opened thrice: %d questions and %d times scrypt, want 1 and 1", c.reads, c.work)
	}
	wrong := newCounted("wrong")
	for range 3 {
		if _, err := wrong.Open("keyring.json", data); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	if wrong.work != 1 || wrong.reads != 3 {
		t.Errorf("refused thrice: %d questions and %d times scrypt, want 3 and 1", wrong.reads, wrong.work)
	}
	wrong.says = phrase
	checkOpens(t, wrong.Passphrase, data)
}

// TestChangesWithoutWork: anyone who has opened a file follows every change of it,
// and makes changes, without scrypt, and the first part stays byte for byte.
func TestChangesWithoutWork(t *testing.T) {
	reader, writer := newCounted(phrase), newCounted(phrase)
	data := mustSeal(t, Given([]byte(phrase)))
	checkOpens(t, writer.Passphrase, data)
	first, rest := sealed.Split(data)
	for range 3 {
		checkOpens(t, reader.Passphrase, data)
		data = mustSeal(t, writer.Passphrase)
		f, r := sealed.Split(data)
		if !bytes.Equal(f, first) || bytes.Equal(r, rest) {
			t.Errorf("changed, the first part is\n%s\nand was\n%s", f, first)
		}
		rest = r
	}
	checkOpens(t, reader.Passphrase, data)
	if reader.work != 1 || writer.work != 1 || reader.reads != 1 || writer.reads != 1 {
		t.Errorf("%d and %d times scrypt, want once each", reader.work, writer.work)
	}
}

// TestTogether: requests that meet a new passphrase together wait for one scrypt.
func TestTogether(t *testing.T) {
	data := mustSeal(t, Given([]byte(phrase)))
	c := newCounted(phrase)
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			if got, err := c.Open("keyring.json", data); err != nil || !bytes.Equal(got, text) {
				t.Errorf("opens to %q, %v", got, err)
			}
		}()
	}
	all.Wait()
	if c.work != 1 || c.reads != 1 {
		t.Errorf("%d questions and %d times scrypt, want 1 and 1", c.reads, c.work)
	}
}

// TestRefusedWithoutWork: what does not open costs scrypt once, however it is
// changed behind the first part, and whatever is wrong with it.
func TestRefusedWithoutWork(t *testing.T) {
	writer := Given([]byte(phrase))
	wrong := newCounted("wrong")
	for range 3 {
		if _, err := wrong.Open("keyring.json", mustSeal(t, writer)); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	whole := byAge(t, false)
	for name, bad := range map[string][]byte{"one part": whole[:len(whole)-1],
		"second part": mustSeal(t, writer)[:800]} {
		c := newCounted(phrase)
		for range 3 {
			if got, err := c.Open("keyring.json", bad); got != nil || err == nil ||
				!strings.Contains(err.Error(), "damaged") {
				t.Fatalf("%s: %q, %v", name, got, err)
			}
		}
		if c.work != 1 || wrong.work != 1 {
			t.Errorf("%s: %d times scrypt; a wrong passphrase: %d; want 1", name, c.work, wrong.work)
		}
	}
}

// TestNewIdentity: another passphrase has another identity, and so has the same
// one after a file in plain text or another passphrase.
func TestNewIdentity(t *testing.T) {
	seen := map[string]bool{}
	for _, secret := range []string{phrase, "another horse, another battery", phrase, phrase} {
		first, _ := sealed.Split(mustSeal(t, Given([]byte(secret))))
		if seen[string(first)] {
			t.Error("an identity comes twice")
		}
		seen[string(first)] = true
	}
	p := newCounted(phrase)
	checkOpens(t, p.Passphrase, mustSeal(t, Given([]byte(phrase))))
	checkOpens(t, p.Passphrase, byAge(t, true)) // somebody put an older file back
	if first, _ := sealed.Split(mustSeal(t, p.Passphrase)); seen[string(first)] {
		t.Error("an identity comes twice")
	}
}

// TestChange: a process goes on when the file and its passphrase change, and
// pays for each wrong one once.
func TestChange(t *testing.T) {
	const next = "another horse, another battery"
	old, new := mustSeal(t, Given([]byte(phrase))), mustSeal(t, Given([]byte(next)))
	c := newCounted(phrase)
	checkOpens(t, c.Passphrase, old)
	for range 3 {
		if _, err := c.Open("keyring.json", new); !errors.Is(err, ErrWrong) {
			t.Fatalf("opens with the old passphrase: %v", err)
		}
	}
	if c.work != 2 {
		t.Errorf("%d times scrypt, want 2", c.work)
	}
	c.says = next
	checkOpens(t, c.Passphrase, new)
	if c.work != 3 {
		t.Errorf("%d times scrypt, want 3", c.work)
	}
	// What is sealed now, is with the new one.
	checkOpens(t, Given([]byte(next)), mustSeal(t, c.Passphrase))
}

func TestNone(t *testing.T) {
	data := mustSeal(t, Given([]byte(phrase)))
	var none *Passphrase
	if _, err := none.Open("keyring.json", data); !errors.Is(err, ErrMissing) {
		t.Errorf("without a passphrase: %v", err)
	}
	if _, err := none.Seal("keyring.json", text); !errors.Is(err, ErrMissing) {
		t.Errorf("sealing without a passphrase: %v", err)
	}
	if got, err := none.Open("keyring.json", text); err != nil || !bytes.Equal(got, text) {
		t.Errorf("plain text: %q, %v", got, err)
	}
	if none.Configured() || none.Admit("k.json", text) != nil || FromPerson(nil).Admit("k.json", text) != nil {
		t.Error("plain text is refused where no passphrase is configured")
	}
	if err := Given([]byte(phrase)).Admit("k.json", text); !errors.Is(err, ErrPlain) {
		t.Errorf("plain text where a passphrase is configured: %v", err)
	}
	if err := Given([]byte(phrase)).Admit("k.json", data); err != nil {
		t.Error(err)
	}
}

func TestFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "phrase")
	p := FromFile(path)
	data := mustSeal(t, Given([]byte(phrase)))
	for content, want := range map[string]string{
		"":                        "which is empty",
		"\n":                      "which is empty",
		phrase + "\nmore\n":       "more than one line",
		strings.Repeat("x", 1025): "over 1024 bytes",
	} {
		mustWrite(t, path, content)
		if _, err := p.Open("keyring.json", data); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), path) {
			t.Errorf("%.20q: error is %v, want %q in it", content, err, want)
		}
	}
	os.Remove(path)
	if _, err := p.Open("keyring.json", data); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("missing: %v", err)
	}
	for _, end := range []string{"", "\n", "\r\n"} {
		mustWrite(t, path, phrase+end)
		checkOpens(t, FromFile(path), data)
	}
}

func mustWrite(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestShort: a new passphrase must be worth it, an old one need not.
func TestShort(t *testing.T) {
	if _, err := Given([]byte("fourteen chars")).Seal("keyring.json", text); err == nil ||
		!strings.Contains(err.Error(), "14 characters") {
		t.Errorf("error is %v", err)
	}
	first, err := sealed.NewFirst([]byte("short"))
	if err != nil {
		t.Fatal(err)
	}
	p := Given([]byte("short"))
	if err := p.open("keyring.json", first); err != nil {
		t.Fatal(err)
	}
	mustSeal(t, p)
}

// TestSealVerifies: what would not open again is not handed out.
func TestSealVerifies(t *testing.T) {
	wrong := func([]byte, []byte) (*sealed.Unlocked, error) { return nil, ErrWrong }
	for name, break_ := range map[string]func(p *Passphrase){
		"another passphrase": func(p *Passphrase) { p.unlock = wrong },
		"another text": func(p *Passphrase) {
			p.seal = func(u *sealed.Unlocked, _ []byte) ([]byte, error) { return u.Seal([]byte("another text")) }
		},
		"damaged": func(p *Passphrase) {
			p.seal = func(u *sealed.Unlocked, text []byte) ([]byte, error) {
				data, err := u.Seal(text)
				return data[:len(data)/2], err
			}
		},
		"another first part": func(p *Passphrase) {
			p.seal = func(_ *sealed.Unlocked, text []byte) ([]byte, error) {
				return Given([]byte(phrase)).Seal("", text)
			}
		},
	} {
		p := Given([]byte(phrase))
		break_(p)
		if data, err := p.Seal("keyring.json", text); data != nil || err == nil ||
			!strings.Contains(err.Error(), "does not open") {
			t.Errorf("%s: Seal = %q, %v", name, data, err)
		}
	}
}

func TestPrints(t *testing.T) {
	p := Given([]byte(phrase))
	mustSeal(t, p)
	shown := fmt.Sprintf("%v %+v %#v %s %x %d", p, p, p, p, p, p) + p.LogValue().String()
	for _, form := range []string{phrase, fmt.Sprintf("%x", phrase), strings.Trim(fmt.Sprint([]byte(phrase)), "[]")} {
		if strings.Contains(shown, form) {
			t.Errorf("a passphrase prints: %s", shown)
		}
	}
}

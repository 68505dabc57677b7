package ciphertext

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// random is a ciphertext as it would be, with every byte in it.
func random(t testing.TB, body int, seed uint64) []byte {
	t.Helper()
	b := blobOf("key", "version", body)
	source := rand.New(rand.NewPCG(seed, 1))
	for i := len(AppendPrefix(nil, 3, "key", "version")); i < len(b); i++ {
		b[i] = byte(source.Uint32())
	}
	return b
}

// taken is what a program writes as UTF-8 that took bytes for a page.
func (p page) taken(b []byte) []byte {
	upper := []rune(p.upper)
	var text []byte
	for _, c := range b {
		r := rune(c)
		if c >= 0x80 {
			r = upper[c-0x80]
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}

// shell writes text as PowerShell does.
func shell(text []byte, end string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(text) + end)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// TestThroughPages: what went through any page is told and comes back, also
// twice, in two bytes a character, and in base64 of that.
func TestThroughPages(t *testing.T) {
	for seed := range uint64(8) {
		good := random(t, 40, seed)
		latin := page{pages[0].name, string([]rune(pages[0].upper)[32:])}
		for r := rune(0x9f); r >= 0x80; r-- {
			latin.upper = string(r) + latin.upper
		}
		for _, p := range append([]page{latin}, pages...) {
			if n := len([]rune(p.upper)); n != 128 {
				t.Fatalf("%s has %d characters", p.name, n)
			}
			text := p.taken(good)
			for how, b := range map[string][]byte{
				"UTF-8": text, "twice": latin.taken(text), "a mark": append([]byte("\xef\xbb\xbf"), text...),
				"UTF-16": shell(text, ""), "base64": []byte(base64.StdEncoding.EncodeToString(text)),
			} {
				r := Inspect(b)
				if r.Verdict != Damaged || r.Damage.Field != "text" || !bytes.Equal(r.Blob, good) ||
					!strings.Contains(r.Reason(), "it went through text") {
					t.Errorf("%d, %s, %s: %v %s", seed, p.name, how, r.Verdict, r.Reason())
				}
				if _, err := Split(b); err == nil {
					t.Errorf("%d, %s, %s: it splits", seed, p.name, how)
				}
			}
		}
	}
}

// TestLostInText: what cannot be undone is told as that.
func TestLostInText(t *testing.T) {
	good := random(t, 40, 1)
	utf8Lost := []byte(strings.ToValidUTF8(string(good), "\uFFFD"))
	ascii := bytes.Clone(good)
	for i, c := range ascii {
		if c >= 0x80 {
			ascii[i] = '?'
		}
	}
	var stripped, dropped []byte
	for _, c := range random(t, 200, 1) {
		if stripped = append(stripped, c&0x7f); c < 0x80 {
			dropped = append(dropped, c)
		}
	}
	pageless := bytes.ReplaceAll(pages[0].taken(good), []byte("\u00e9"), []byte("\u0e01"))
	pageless = append(pageless, "\u0e01"...)
	for name, row := range map[string]struct {
		text []byte
		want string
	}{
		"UTF-8":           {utf8Lost, "U+FFFD stands for"},
		"UTF-8, cut":      {append(bytes.Clone(utf8Lost), 0xef, 0xbf), "U+FFFD stands for"},
		"UTF-8, then 16":  {shell(utf8Lost, "\r\n"), "U+FFFD stands for"},
		"ASCII":           {ascii, "? stands for"},
		"seven bits":      {stripped, "took the upper bit from its bytes"},
		"dropped":         {dropped, "dropped those that have one"},
		"seven, base64":   {[]byte(base64.StdEncoding.EncodeToString(stripped)), "took the upper bit from its bytes"},
		"no page of ours": {pageless, "characters of a code page"},
	} {
		r := Inspect(row.text)
		if why := r.Reason(); r.Verdict != Damaged || r.Blob != nil || !strings.Contains(why, row.want) ||
			!strings.Contains(why, "went through text") {
			t.Errorf("%s: %v %s", name, r.Verdict, why)
		}
	}
}

// TestLineEnds: a header that was torn apart is mended; in the random part it
// is no more than likely, and Repairs has the ciphertext to try.
func TestLineEnds(t *testing.T) {
	dos := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }
	torn := append(AppendPrefix(nil, 3, "ten.chars.", "version"), random(t, 40, 3)[17:]...)
	if bytes.Contains(torn, []byte("\r\n")) {
		t.Fatal("choose another seed")
	}
	if r := Inspect(dos(torn)); r.Verdict != Damaged || !bytes.Equal(r.Blob, torn) ||
		!strings.Contains(r.Reason(), "line ends") {
		t.Errorf("torn: %v %s", r.Verdict, r.Reason())
	}
	if large := random(t, MaxBody, 4); !bytes.Equal(Inspect(dos(unixLines(large))).Blob, unixLines(large)) {
		t.Error("what became too long is not what it was")
	}
	good := random(t, 40, 3)
	good[60], good[70] = '\n', '\n'
	for name, b := range map[string][]byte{"CRLF": dos(good), "LF behind": append(bytes.Clone(good), '\n'),
		"CRLF behind": append(bytes.Clone(good), "\r\n"...), "both": append(dos(good), "\r\n"...)} {
		if r := Inspect(b); r.Verdict != Intact || (r.Note == "") == (name == "CRLF" || name == "both") {
			t.Errorf("%s: %v %q", name, r.Verdict, r.Note)
		}
		found := false
		for _, repaired := range Repairs(b) {
			found = found || bytes.Equal(repaired, good)
		}
		if !found {
			t.Errorf("%s: the ciphertext is not among %d", name, len(Repairs(b)))
		}
	}
	if r := Inspect(good); r.Note != "" || Repairs(good) != nil {
		t.Errorf("nothing happened: %q, %d", r.Note, len(Repairs(good)))
	}
	for _, c := range []byte{0, '\n', '\r', 0x1a} {
		large := random(t, 20000, 5)
		without := bytes.ReplaceAll(large, []byte{c}, nil)
		if large, without := Inspect(large), Inspect(without); large.Note != "" ||
			!strings.Contains(without.Note, "cannot be undone") {
			t.Errorf("byte %02x: %q, without %q", c, large.Note, without.Note)
		}
	}
}

// TestAroundText: what mails, forms, shells and files put around base64.
func TestAroundText(t *testing.T) {
	for seed := range uint64(20) {
		good := random(t, 40, seed)
		std := base64.StdEncoding.EncodeToString(good)
		lines, short := std[:76]+"\n"+std[76:], std[:64]+"\n"+std[64:128]+"\n"+std[128:]
		for name, text := range map[string]string{
			"spaces for +":        strings.ReplaceAll(std, "+", " "),
			"in a form":           "ciphertext=" + url.QueryEscape(std) + "&x=1",
			"percent":             url.PathEscape(strings.ReplaceAll(std, "+", "%2B")),
			"wrapped by spaces":   strings.ReplaceAll(short, "\n", " "),
			"MIME":                strings.ReplaceAll(lines, "\n", "\r\n") + "\r\n",
			"quoted-printable":    strings.ReplaceAll(strings.ReplaceAll(std, "=", "=3D"), "\n", "=\n"),
			"soft breaks":         std[:70] + "=\r\n" + strings.ReplaceAll(std[70:], "=", "=3D"),
			"quotes of a shell":   "'" + std + "'\n",
			"a string of a file":  `secret = "` + std + `",`,
			"a variable":          "export SECRET=" + std + "\nOTHER=abc\n",
			"YAML":                "a: 1\nsecret: |\n    " + strings.ReplaceAll(short, "\n", "\n    ") + "\nb: 2\n",
			"JSON, lines in it":   `{"ciphertext":"` + lines + `"}`,
			"a string in lines":   `"` + lines + `"`,
			"a data URL":          "data:application/octet-stream;base64," + std,
			"UTF-16, no mark":     string(shell([]byte(std), "\r\n")[2:]),
			"UTF-16, LF behind":   string(shell([]byte(std), "")) + "\n",
			"hex of od":           strings.ReplaceAll(hex.EncodeToString(good), "41", "41 "),
			"an answer, in bytes": "\xef\xbb\xbf" + `{"keyId":"key","ciphertext":"` + std + `"}`,
		} {
			if r := Inspect([]byte(text)); r.Verdict != Intact || !bytes.Equal(r.Blob, good) || len(r.Layers) == 0 {
				t.Errorf("%d, %s: %v in %q: %s", seed, name, r.Verdict, r.Layers, r.Reason())
			}
		}
	}
}

// TestSeveral: which of two ciphertexts is meant is not guessed.
func TestSeveral(t *testing.T) {
	one, two := base64.StdEncoding.EncodeToString(random(t, 3, 1)), base64.StdEncoding.EncodeToString(random(t, 3, 2))
	for _, text := range []string{
		`{"ciphertext":"` + one + `","dataKeyCiphertext":"` + two + `"}`,
		`{"ciphertext":"` + one + `","ciphertext":"` + two + `"}`,
		"A=" + one + "\nB=" + two + "\n",
	} {
		if r := Inspect([]byte(text)); r.Verdict != Unknown || r.Blob != nil {
			t.Errorf("%v in %q", r.Verdict, r.Layers)
		}
	}
	if r := Inspect([]byte(`{"ciphertext":"` + one + `","dataKeyCiphertext":"` + one + `"}`)); r.Verdict != Intact {
		t.Errorf("twice the same: %v", r.Verdict)
	}
}

// processor is the time of processors that this process has taken: what else
// the machine does is not in it.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestNobodyKeepsItBusy: strangers choose the text, and it takes little of the
// processor.
func TestNobodyKeepsItBusy(t *testing.T) {
	fill := func(s string) string { return strings.Repeat(s, MaxInspect/len(s)) }
	nested := fill("ab")
	for range 4 {
		nested = hex.EncodeToString([]byte(nested[:min(len(nested), MaxInspect/2)]))
	}
	for name, text := range map[string]string{"hex": fill("61"), "nested": nested, "spaces": fill("ab "),
		"percent": fill("%61"), "quoted": fill("=3D61"),
		"members": "{" + fill(`"data":{"body":"YWJj"},`)[:MaxInspect/2] + `"a":1}`, "indent": fill("a\n b"),
		"magic": fill("UktZAQ"), "arrays": fill("["),
		"pages": "RKY\x01\x03\x01k\x01v" + fill("\u00e9"), "lines": fill("a=\n "), "UTF-16": fill("a\x00")} {
		before := processor(t)
		Inspect([]byte(text))
		if took := processor(t) - before; took > 2*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}

// FuzzUndone: whatever a program did to it, a ciphertext comes back byte for
// byte, and so opens to what it did; of text that was broken too, whatever is
// found splits.
func FuzzUndone(f *testing.F) {
	for i := range uint8(12) {
		f.Add(uint64(i), i, []byte("a"), uint16(i)*9)
	}
	f.Fuzz(func(t *testing.T, seed uint64, how uint8, around []byte, at uint16) {
		good := random(t, int(at%512), seed)
		p := pages[int(how/16)%len(pages)]
		text := [][]byte{
			p.taken(good), shell(p.taken(good), ""), []byte(base64.StdEncoding.EncodeToString(good)),
			[]byte(hex.EncodeToString(good)),
			shell([]byte(base64.StdEncoding.EncodeToString(good)), "\r\n"),
			[]byte(url.QueryEscape(base64.StdEncoding.EncodeToString(good))),
			[]byte(`{"ciphertext":"` + base64.StdEncoding.EncodeToString(good) + `"}`),
		}[int(how%16)%7]
		if r := Inspect(text); !bytes.Equal(r.Blob, good) {
			t.Fatalf("%s, %d: %v in %q", p.name, how, r.Verdict, r.Layers)
		}
		cut := append(bytes.Clone(text[:int(at)%len(text)]), around...)
		for _, b := range [][]byte{append(cut, text[int(at)%len(text):]...), append(bytes.Clone(around), text...)} {
			checkReport(t, Inspect(b))
			Repairs(b)
		}
	})
}

// TestOfSomethingElse: base64 of something else that has a ciphertext's first
// letters in it is not a ciphertext with other text around, and spaces that stand
// around it are none of its +.
func TestOfSomethingElse(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(random(t, 40, 1))
	if r := Inspect([]byte("H4sIAAAAAAAA/wFoAJf/" + good)); r.Blob != nil || r.Verdict != Unknown {
		t.Errorf("within base64: %v", r)
	}
	for _, text := range []string{"2026-01-01 12:00 token " + good, "export X=\"" + good + "\"", "ciphertext: " + good +
		"\n", "-----BEGIN A MESSAGE-----\n" + good + "\n-----END A MESSAGE-----"} {
		if r := Inspect([]byte(text)); r.Blob == nil || r.Layers[0] != otherText {
			t.Errorf("%.30q: %q", text, r.Layers)
		}
	}
	spaced := strings.ReplaceAll(good, "+", " ")
	for _, text := range []string{spaced, "ciphertext=" + spaced} {
		if r := Inspect([]byte(text)); r.Blob == nil || r.Layers[0] != "text with spaces for +" || spaced == good {
			t.Errorf("%.30q: %q", text, r.Layers)
		}
	}
	// GnuPG's first byte is a blank to Unicode.
	if r := Inspect([]byte("\u0085\u0001\u0081\u0003 " + strings.Repeat("\u00e9 x", 40))); r.Verdict == Alien {
		t.Errorf("binary data as Latin-1 is %v of %q", r.Foreign, r.Layers)
	}
}

package aead

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"rekey/shared/key"
)

func TestNewKeyRefuses(t *testing.T) {
	for n := range 100 {
		if _, err := NewKey(key.AES128, make([]byte, n)); (err == nil) != (n == MaterialSize) {
			t.Errorf("material of %d bytes: %v", n, err)
		}
	}
	for _, a := range []key.Algorithm{0, 5, 255} {
		if _, err := NewKey(a, make([]byte, MaterialSize)); err == nil {
			t.Errorf("takes algorithm %d", a)
		}
	}
}

// TestNewKeyCopies: what becomes of the caller's slice changes no key, whose
// states are made as they are needed.
func TestNewKeyCopies(t *testing.T) {
	material := bytes.Repeat([]byte{7}, MaterialSize)
	kept, err := NewKey(key.AES256, bytes.Clone(material))
	if err != nil {
		t.Fatal(err)
	}
	header, rest := sealed(t, kept, "p", "", "x")
	k, err := NewKey(key.AES256, material)
	if err != nil {
		t.Fatal(err)
	}
	clear(material)
	if _, err := k.Open(nil, header, rest, nil); err != nil {
		t.Error("the key changes with its caller's slice")
	}
}

// TestKeyDoesNotPrint tries every way of printing.
func TestKeyDoesNotPrint(t *testing.T) {
	material := []byte("0123456789abcdefghijklmnopqrstuv")
	k, err := NewKey(key.AES256, material)
	if err != nil {
		t.Fatal(err)
	}
	header, rest := sealed(t, k, "p", "", "x") // fills the pool
	if _, err := k.Open(nil, header, rest, nil); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%t", "%08b"} {
		if got := fmt.Sprintf(verb, k); got != "aead.Key(AES_256)" && verb != "%p" {
			t.Errorf("%s prints %s", verb, got)
		}
		fmt.Fprintf(&out, verb+"\n", struct{ K *Key }{k})
		fmt.Fprintf(&out, verb+"\n", []*Key{k})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "key", k)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "key", k)
	doc, err := json.Marshal(map[string]any{"key": k})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(doc)
	for _, secret := range []string{string(material), hex.EncodeToString(material),
		strings.ToUpper(hex.EncodeToString(material)), "48 49 50", "0x30, 0x31"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("prints its material:\n%s", out.String())
		}
	}
	if !strings.Contains(out.String(), "aead.Key(AES_256)") {
		t.Error("does not say what it is")
	}
}

func TestFingerprint(t *testing.T) {
	one, two := Fingerprint(bytes.Repeat([]byte{1}, 32)), Fingerprint(bytes.Repeat([]byte{2}, 32))
	// Computed with HKDF-Expand of another implementation.
	if got := hex.EncodeToString(one[:]); got != fingerprintOfOnes {
		t.Errorf("fingerprint %s, want %s", got, fingerprintOfOnes)
	}
	if one == two {
		t.Error("two materials have one fingerprint")
	}
}

func TestMaterialFromTextRefuses(t *testing.T) {
	good := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab"
	for name, text := range map[string]string{
		"63 characters":  good[:63],
		"257 characters": strings.Repeat(good, 4) + "x",
		"15 distinct":    strings.Repeat("ABCDEFGHIJKLMNO", 5),
		"control":        good + "\n",
		"not ASCII":      good + "é",
		"DEL":            good + "\x7f",
	} {
		if _, err := MaterialFromText(text); err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), text[:10]) {
			t.Errorf("%s: the error repeats the text", name)
		}
	}
	for name, text := range map[string]string{"256 characters": strings.Repeat(good, 4),
		"16 distinct": strings.Repeat("ABCDEFGHIJKLMNOP", 4)} {
		if _, err := MaterialFromText(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckRaw(t *testing.T) {
	random, err := RandomBytes(MaterialSize)
	if err != nil {
		t.Fatal(err)
	}
	random[0] = 0x80 // surely not all printable
	for name, c := range map[string]struct {
		material []byte
		ok       bool
	}{
		"random":    {random, true},
		"short":     {random[:31], false},
		"long":      {append(bytes.Clone(random), 1), false},
		"printable": {[]byte("correct horse battery staple 123"), false},
		"all zero":  {make([]byte, 32), false},
		"all 0xff":  {bytes.Repeat([]byte{0xff}, 32), false},
	} {
		if err := CheckRaw(c.material); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const fingerprintOfOnes = "86698fa9e1487002"

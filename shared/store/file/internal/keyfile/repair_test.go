package keyfile

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestAround: what is around the text is not part of it, and the file counts as
// the same.
func TestAround(t *testing.T) {
	good := mustEncode(t, sample())
	bare := strings.TrimSuffix(string(good), "\n")
	var h History
	for _, text := range []string{bare, bare + "\r\n", bare + "\n\n\n", "\ufeff" + bare, "\ufeff" + bare + "\r\n",
		"\n\r\n" + bare, bare + "\n\ufeff", string(good)} {
		path := mustSave(t, []byte(text))
		f, err := Load(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := h.Accept(f)
		if err != nil || !reflect.DeepEqual(r, sample()) {
			t.Errorf("%q: %v", text[len(text)-5:], err)
		}
		if on, _ := os.ReadFile(path); !bytes.Equal(f.Data, on) {
			t.Error("Data is not what lies on the disk")
		}
	}
}

// alterations are what other programs do to a file, by what is said about it.
func alterations(t *testing.T, good []byte) map[string][]string {
	text := string(good)
	wide := func(s string, little bool) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			if little {
				b = append(b, byte(u), byte(u>>8))
			} else {
				b = append(b, byte(u>>8), byte(u))
			}
		}
		return string(b)
	}
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	return map[string][]string{
		"its lines end with CR LF": {crlf, "\ufeff" + crlf, strings.TrimSpace(crlf)},
		"it is in UTF-16": {wide("\ufeff"+text, true), wide("\ufeff"+text, false), wide(text, true),
			wide(text, false), wide(crlf, true)},
		"zero bytes are behind": {text + "\x00", text + strings.Repeat("\x00", 4096), strings.TrimSpace(text) +
			"\x00\n", crlf + "\x00"},
		"other text is around": {text + "# backup of host a\n", text + " ", "\t" + text, "Warning: x\n" + text,
			text + "{}", text + text[len(text)/2:], text + "{\"a\":1}\n"},
		"the JSON was reformatted": {mustReformat(t, text, ""), mustReformat(t, text, "\t"),
			mustReformat(t, text, "    "), mustSort(t, text), strings.ReplaceAll(text, `": `, `" : `),
			strings.Replace(text, "\n  \"k", "\n\n  \"k", 1)},
	}
}

func mustReformat(t *testing.T, text, indent string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", indent); err != nil {
		t.Fatal(err)
	}
	if indent == "" {
		b.Reset()
		if err := json.Compact(&b, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// mustSort is what `jq -S` and Python's json.dump with sort_keys write.
func mustSort(t *testing.T, text string) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	b, err := json.MarshalIndent(v, "", "  ") // with < > & and non-ASCII escaped in parts
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + "\n"
}

// TestAltered: what others do to the text and not to its content is named, and
// undone.
func TestAltered(t *testing.T) {
	for what, texts := range alterations(t, mustEncode(t, sample())) {
		for i, text := range texts {
			f, err := Load(mustSave(t, []byte(text)), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.Keyring()
			if !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), what) ||
				strings.Contains(err.Error(), "restore") || strings.Contains(err.Error(), "damaged") ||
				!strings.Contains(err.Error(), "`rekey keyring repair --keyring "+f.Path+"`") {
				t.Errorf("%s, %d: %v", what, i, err)
			}
			r, altered, err := f.Repair()
			if err != nil || !strings.Contains(altered, what) || !reflect.DeepEqual(r, sample()) {
				t.Errorf("%s, %d: repaired %q, %v", what, i, altered, err)
			}
		}
	}
}

// TestNotAltered: whose content is another is not taken for the same, in
// whatever form it comes.
func TestNotAltered(t *testing.T) {
	changed := bytes.Replace(mustEncode(t, sample()), []byte("INACTIVE"), []byte("ACTIVE"), 1)
	for _, texts := range alterations(t, changed) {
		for _, text := range texts {
			if _, err := Decode([]byte(text)); err == nil || errors.Is(err, ErrAltered) {
				t.Errorf("%.80q: %v", text, err)
			}
		}
	}
}

// TestOther: each thing in the place of a keyring is named as what it is.
func TestOther(t *testing.T) {
	good := string(mustEncode(t, sample()))
	older := sample()
	older.Generation = 5
	one := string(mustEncode(t, older))
	two := one + good
	merge := strings.Replace(good, "  \"generation\"", "<<<<<<< HEAD\n  \"generation\"", 1)
	merge = strings.Replace(merge, "  \"keys\"", "=======\n  \"generation\": 8,\n>>>>>>> other\n  \"keys\"", 1)
	for name, row := range map[string]struct {
		text, want string
		restore    bool
	}{
		"empty":      {"", "is empty", true},
		"a BOM":      {"\ufeff\r\n", "is empty", true},
		"zeros":      {strings.Repeat("\x00", 512), "only zero bytes", true},
		"cut":        {good[:len(good)/2], "its end is missing", true},
		"cut, CRLF":  {strings.ReplaceAll(good[:len(good)/2], "\n", "\r\n"), "its end is missing", true},
		"cut, text":  {good[:200], "its end is missing", true},
		"cut, name":  {good[:10], "its end is missing", true},
		"edited":     {strings.Replace(good, "INACTIVE", "ACTIVE", 1), "its checksum does not match", true},
		"HTML":       {"<!DOCTYPE html>\n<html>", "is a web page", true},
		"html":       {"\n <html lang=en>", "is a web page", true},
		"gzip":       {"\x1f\x8b\x08\x00abc", "is compressed with gzip", false},
		"base64":     {base64.StdEncoding.EncodeToString([]byte(good)), "is in base64", false},
		"PGP":        {"-----BEGIN PGP MESSAGE-----\n\nabc", "is encrypted with PGP", false},
		"merge":      {merge, "has the conflict markers of a merge", false},
		"merge CRLF": {strings.ReplaceAll(merge, "\n", "\r\n"), "has the conflict markers of a merge", false},
		"two":        {two, "is two keyrings, one behind the other, of generation 5 and 1152921504606846976", false},
		"merge whole": {"<<<<<<< HEAD\n" + good + "=======\n" + one + ">>>>>>> other\n",
			"has the conflict markers of a merge", false},
		"two, jq -c": {mustReformat(t, one, "") + "\n" + mustReformat(t, good, "") + "\n",
			"is two keyrings, one behind the other, of generation 5", false},
		"two, a line":  {mustReformat(t, one, "") + mustReformat(t, good, ""), "is two keyrings", false},
		"two, comment": {one + "# the other\n" + good, "is two keyrings, one behind the other, of generation 5", false},
		"two, titled":  {"# one\n" + one + "{}\n" + good, "is two keyrings", false},
		"three":        {two + good, "is two keyrings", false},
		"xz":           {"\xfd7zXZ\x00abc", "is compressed with xz", false},
		"bzip2":        {"BZh91AY", "is compressed with bzip2", false},
		"zstd":         {"\x28\xb5\x2f\xfdabc", "is compressed with zstd", false},
		"hexadecimal":  {hex.EncodeToString([]byte(good)), "is in hexadecimal", false},
		"Ansible":      {"$ANSIBLE_VAULT;1.1;AES256\n6162", "is encrypted with Ansible Vault", false},
		"two, CRLF":    {strings.ReplaceAll(two, "\n", "\r\n"), "is two keyrings", false},
	} {
		_, err := Decode([]byte(row.text))
		if err == nil || errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(err.Error(), "restore") != row.restore || errors.Is(err, ErrUndoable) == row.restore {
			t.Errorf("%s: %v", name, err)
		}
		checkSecret(t, err)
	}
}

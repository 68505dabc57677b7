package keyfile

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"rekey/shared/store/file/passphrase"
	"rekey/shared/store/file/passphrase/passphrasetest"
)

// TestArmored is TestAround and TestAltered of an encrypted file.
func TestArmored(t *testing.T) {
	passphrasetest.Cheap()
	p := passphrase.Given([]byte("correct horse battery staple"))
	data, err := p.Seal("", mustEncode(t, sample()))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	bare := strings.TrimSuffix(text, "\n")
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	var wide []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + crlf)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	for text, want := range map[string]string{
		text: "", bare: "", "\ufeff" + crlf + "\r\n": "", crlf: "", "\n" + bare: "",
		string(wide): "it is in UTF-16", string(wide[2:]): "it is in UTF-16", text +
			"\x00\x00": "other text is around it",
		strings.ReplaceAll(text, "\n", " \t\n"):       "blanks are around its lines",
		strings.ReplaceAll(crlf, "\r", "  \r"):        "blanks are around its lines",
		"  " + strings.ReplaceAll(bare, "\n", "\n  "): "blanks are around its lines",
		"Password:\n" + text:                          "other text is around it", text +
			"# end\n": "other text is around it",
	} {
		f, err := Load(mustSave(t, []byte(text)), passphrase.Given([]byte("correct horse battery staple")))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Admit(); err != nil || !f.Encrypted() {
			t.Errorf("%.30q: %v", text, err)
		}
		if _, err = f.Keyring(); errors.Is(err, ErrAltered) != (want != "") || err != nil &&
			!strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
		if r, altered, err := f.Repair(); altered != want || !reflect.DeepEqual(r, sample()) {
			t.Errorf("%.30q: repaired %q, %v", text, altered, err)
		}
	}
}

// TestArmoredOther: of an encrypted file that is no more as it was, too, what it
// is is said, and none of it repeated.
func TestArmoredOther(t *testing.T) {
	passphrasetest.Cheap()
	secret := []byte("correct horse battery staple")
	data, err := passphrase.Given(secret).Seal("", mustEncode(t, sample()))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	line := strings.Split(text, "\n")[1]
	for name, row := range map[string]struct {
		text, want string
		undoable   bool
	}{
		"two":         {text + text, "two encrypted keyrings", true},
		"two, text":   {"# one\n" + text + "# two\n" + text, "two encrypted keyrings", true},
		"merge whole": {"<<<<<<< HEAD\n" + text + "=======\n" + text + ">>>>>>> other\n", "conflict markers", true},
		"merge within": {strings.Replace(text, line, "<<<<<<< HEAD\n"+line+"\n=======\nx\n>>>>>>> other", 1),
			"conflict markers", true},
		"base64":      {base64.StdEncoding.EncodeToString(data), "is in base64", true},
		"in one line": {strings.ReplaceAll(text, "\n", ""), "its ASCII armor is broken", false},
		"quoted":      {fmt.Sprintf("%q", text), "is", false},
		"cut":         {text[:len(text)-9], "its second part", false},
	} {
		f, err := Load(mustSave(t, []byte(row.text)), passphrase.Given(secret))
		if err != nil {
			t.Fatal(err)
		}
		if err = f.Admit(); err == nil {
			_, err = f.Keyring()
		}
		if err == nil || !strings.Contains(err.Error(), row.want) || errors.Is(err, ErrUndoable) != row.undoable {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), line) {
			t.Errorf("%s: the file is repeated: %.200s", name, err)
		}
	}
}

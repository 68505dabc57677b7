package keyfile

import (
	"encoding/binary"
	"errors"
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
		string(wide): "it is in UTF-16", string(wide[2:]): "it is in UTF-16", text + "\x00\x00": "other text is around it",
		"Password:\n" + text: "other text is around it", text + "# end\n": "other text is around it",
	} {
		f, err := Load(mustSave(t, []byte(text)), passphrase.Given([]byte("correct horse battery staple")))
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Admit(); err != nil || !f.Encrypted() {
			t.Errorf("%.30q: %v", text, err)
		}
		if _, err = f.Keyring(); errors.Is(err, ErrAltered) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
		if r, altered, err := f.Mend(); altered != want || !reflect.DeepEqual(r, sample()) {
			t.Errorf("%.30q: mended %q, %v", text, altered, err)
		}
	}
}

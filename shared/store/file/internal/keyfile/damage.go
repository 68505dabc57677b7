package keyfile

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"rekey/shared/strictjson"
)

// nothingIn says that there is nothing in data, encrypted or not.
func nothingIn(data []byte) error {
	switch {
	case len(bytes.Trim(data, blank)) == 0:
		return errors.New("is empty: restore it from a backup")
	case len(bytes.Trim(data, "\x00")) == 0:
		return errors.New("has only zero bytes, as after a crash of the machine: restore it from a backup")
	}
	return nil
}

// diagnose says what is the matter with data that could not be decoded because
// of err. It continues the sentence "keyring F ...".
func diagnose(data []byte, err error) error {
	if nothing := nothingIn(data); nothing != nil {
		return nothing
	}
	if _, altered := repaired(data); altered != "" {
		return alteredError(altered)
	}
	if page.Match(data[:min(len(data), 512)]) {
		return errors.New("is a web page (HTML) and not a keyring, such as a download without a login gives: " +
			"fetch the keyring again, or restore it from a backup")
	}
	if is := other(data); is != "" {
		return undoable(is)
	}
	if conflict.Match(data) {
		return merged
	}
	if n, one, other := twoOf(data); n > 0 {
		return undoable(fmt.Sprintf("is two keyrings, one behind the other, of generation %d and %d: "+
			"`head -c %d` cuts the first off and `tail -c +%d` the second; keep the one that is newer", one, other, n,
			n+1))
	}
	if _, _, cut := strictjson.Object(bytes.TrimRight(data, "\r\n")); errors.Is(cut, strictjson.ErrCut) {
		err = errors.New("its end is missing")
	}
	return damaged(err)
}

// ErrUndoable is of a file whose keyring is still in it, for another program to
// bring back: an older copy would lose something.
var ErrUndoable = errors.New("the keyring is still in it")

// undoable says what was done.
type undoable string

func (u undoable) Error() string      { return string(u) }
func (undoable) Is(target error) bool { return target == ErrUndoable }

const merged undoable = "has the conflict markers of a merge in it: two keyrings cannot be merged as text. " +
	"Take one of them whole, with `git checkout --ours FILE` or `git checkout --theirs FILE`, " +
	"and `rekey keys import` into it what only the other has"

func alteredError(what string) error {
	return fmt.Errorf("was changed by another program (%s), and %w", what, ErrAltered)
}

// blank is what is not content.
const blank = "\ufeff \t\r\n"

// others are what is taken for a keyring at times, by how it begins.
var others = []struct {
	begin []string
	is    string
}{
	{[]string{"\x1f\x8b"}, "is compressed with gzip: unpack it with `gunzip <FILE >NEW`"},
	{[]string{"PK\x03\x04"}, "is a zip archive: unpack it"},
	{[]string{"BZh"}, "is compressed with bzip2: unpack it with `bunzip2 <FILE >NEW`"},
	{[]string{"\xfd7zXZ\x00"}, "is compressed with xz: unpack it with `unxz <FILE >NEW`"},
	{[]string{"\x28\xb5\x2f\xfd"}, "is compressed with zstd: unpack it with `unzstd <FILE >NEW`"},
	{[]string{"$ANSIBLE_VAULT;"}, "is encrypted with Ansible Vault: decrypt it with " +
		"`ansible-vault decrypt --output NEW FILE`"},
	{[]string{"-----BEGIN PGP MESSAGE", "\x8c\x0d\x04"}, "is encrypted with PGP: decrypt it with " +
		"`gpg --decrypt <FILE >NEW`"},
	{[]string{"Salted__", "U2FsdGVkX1"}, "is encrypted with OpenSSL: decrypt it with `openssl enc -d` and the " +
		"options that encrypted it"},
	{[]string{"ewogICJmb3JtYXQi", "eyJmb3JtYXQi", "LS0tLS1CRUdJTiBBR0Ug"},
		"is in base64: decode it with `base64 -d <FILE >NEW`"},
	{[]string{"7b0a2020", "7b22666f", "2d2d2d2d2d424547"}, "is in hexadecimal: decode it with `xxd -r -p <FILE >NEW`"},
}

func other(data []byte) string {
	text := bytes.TrimLeft(data, blank)
	for _, row := range others {
		for _, begin := range row.begin {
			if bytes.HasPrefix(text, []byte(begin)) {
				return row.is
			}
		}
	}
	return ""
}

var page = regexp.MustCompile(`(?i)^\s*<(!doctype|html|head|body)\b`)

// conflict is a line that git puts where it could not merge.
var conflict = regexp.MustCompile(`(?m)^(<<<<<<< |>>>>>>> )`)

// twoOf tells two good keyrings in one file, whatever is around them and
// however they are formatted: where the second begins, and their generations.
func twoOf(data []byte) (second int, one, other uint64) {
	var first *Keyring
	for at := 0; ; {
		next := begin(data[at:])
		if next < 0 {
			return 0, 0, 0
		}
		at += next
		object, rest, err := strictjson.Object(data[at:])
		if err != nil {
			at++
			continue
		}
		r := good(object)
		if r != nil && first != nil {
			return at, first.Generation, r.Generation
		}
		if r != nil {
			first = r
		}
		at = len(data) - len(rest)
	}
}

// begin is where an object begins, at the front or of a line; -1 if none does.
func begin(data []byte) int {
	front := len(data) - len(bytes.TrimLeft(data, blank))
	if bytes.HasPrefix(data[front:], []byte("{")) {
		return front
	}
	if n := bytes.Index(data, []byte("\n{")); n >= 0 {
		return n + 1
	}
	return -1
}

// good is a keyring whose checksum matches what was written, or what rekey would
// write; nil if there is none.
func good(object []byte) *Keyring {
	r, _, err := decodeExact(canonical(lines(object)))
	if err != nil {
		r, _, err = decodeExact(formatted(object))
	}
	if err != nil {
		return nil
	}
	return r
}

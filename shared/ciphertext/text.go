package ciphertext

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"
)

const through = "it went through text: "

// throughText says what a program left that takes bytes for text, of the part
// that is random in an intact ciphertext, salt and all. That is 84 bytes or
// more: that they are UTF-8 or ASCII by chance is one in 10^21.
func throughText(random []byte) string {
	const keep = ", which cannot be undone; keep it as bytes or base64"
	whole := random
	for n := 0; n < utf8.UTFMax-1 && len(whole) > 0 && !utf8.Valid(whole); n++ {
		whole = whole[:len(whole)-1] // a character that was cut
	}
	if !utf8.Valid(whole) {
		return ""
	}
	lost, marks := bytes.Count(whole, []byte("\uFFFD")), bytes.Count(whole, []byte("?"))
	wide := len(whole) - utf8.RuneCount(whole)
	switch {
	case lost > 0:
		return fmt.Sprintf(through+"a program took its bytes for UTF-8, and U+FFFD stands for %d of them"+keep, lost)
	case wide == 0 && marks > len(whole)/8:
		return fmt.Sprintf(through+"a program took its bytes for ASCII, and ? stands for %d of them"+keep, marks)
	case wide > 0:
		return through + "a program took its bytes for characters of a code page; keep it as bytes or base64"
	case bytes.Count(whole, []byte{0}) > len(whole)/8: // what a disk lost, and no text
		return ""
	}
	return through + "a program took the upper bit from its bytes, or dropped those that have one" + keep
}

// read is dissect, and undoes what a program did that took it for text.
func read(b []byte) Report {
	r := dissect(b)
	switch {
	case r.Verdict == Intact:
		r.Note = suspect(b[r.Header-SaltSize:])
	case r.Damage.Field == "text":
		return undoText(b, r)
	case r.Verdict == Damaged && (r.Header == 0 || dosLines(b) > 0):
		return undoLines(b, r)
	}
	return r
}

// undoText is a ciphertext whose bytes a program took for characters of one of
// the pages, again as it was. It is certain: no other page that is known here
// has all of the characters and gives an intact ciphertext.
func undoText(b []byte, r Report) Report {
	found := r
	for _, p := range pages {
		raw := p.bytes(b)
		if len(raw) == 0 || len(raw) == len(b) {
			continue
		}
		inner := read(raw)
		switch {
		case inner.Blob == nil:
		case found.Blob != nil && !bytes.Equal(inner.Blob, found.Blob):
			return r
		case found.Blob == nil:
			inner.undone("text", r.Damage.Offset, "a program took its bytes for characters of "+p.name)
			found = inner
		}
	}
	return found
}

// undoLines is a ciphertext that line feeds which became two bytes tore apart or
// made too long, as it was. Of any other Repairs has to try.
func undoLines(b []byte, r Report) Report {
	inner := dissect(unixLines(b))
	if inner.Verdict != Intact {
		return r
	}
	inner.undone(r.Damage.Field, r.Damage.Offset, "a program changed its line ends")
	return inner
}

func (r *Report) undone(field string, offset int, problem string) {
	problem = through + problem + "; `rekey decrypt` undoes that"
	r.Verdict, r.Damage = Damaged, Damage{Field: field, Offset: offset, Problem: problem}
}

// dosLines is how many line feeds there are, if a carriage return stands before
// each; 0 if not.
func dosLines(b []byte) int {
	if n := bytes.Count(b, []byte("\n")); n == bytes.Count(b, []byte("\r\n")) {
		return n
	}
	return 0
}

func unixLines(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

// Repairs are what an intact ciphertext may have been before a program changed
// its line ends, or put one behind it. Whether it was so only opening tells.
func Repairs(blob []byte) (repaired [][]byte) {
	trimmed, ended := bytes.CutSuffix(blob, []byte("\n"))
	if ended {
		trimmed = bytes.TrimSuffix(trimmed, []byte("\r"))
	}
	for _, b := range [][]byte{trimmed, unixLines(blob), unixLines(trimmed)} {
		same := func(other []byte) bool { return bytes.Equal(b, other) }
		if !same(blob) && !slices.ContainsFunc(repaired, same) && dissect(b).Verdict == Intact {
			repaired = append(repaired, b)
		}
	}
	return repaired
}

// suspect is what makes it likely, and no more, that an intact ciphertext went
// through text: of its random bytes one in 256 is a line feed.
func suspect(random []byte) string {
	const enough = 4096 // of which all lack a byte by chance once in 10^7
	if n := dosLines(random); n > 0 {
		return fmt.Sprintf("a carriage return stands before each line feed in it (%d): perhaps it went through text "+
			"that changed its line ends; `rekey decrypt` tries without", n)
	}
	for _, c := range []byte{0, '\n', '\r', 0x1a} {
		if len(random) >= enough && bytes.IndexByte(random, c) < 0 {
			return fmt.Sprintf("it has no byte %02x: probably it went through text that dropped them or ended there, "+
				"which cannot be undone", c)
		}
	}
	return ""
}

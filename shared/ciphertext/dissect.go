package ciphertext

import (
	"bytes"
	"fmt"

	"rekey/shared/key"
)

// dissection walks over a ciphertext, field by field, and stops at the first
// damage after which nothing has a place.
type dissection struct {
	blob []byte
	at   int // the next byte
	need int // bytes from there on, in the shortest ciphertext that goes on like this
	Report
}

// dissect is Split, but that it tells what it saw before an error, and where
// the error is.
func dissect(blob []byte) Report {
	d := dissection{blob: blob, need: fixedOverhead + 2}
	d.Verdict, d.Total = Intact, len(blob)
	if d.magic() && d.suite() && d.ids() && d.sealed() {
		d.mangled()
	}
	return d.Report
}

// damage notes the first damage and returns false.
func (d *dissection) damage(field string, offset int, format string, args ...any) bool {
	if d.Verdict == Intact {
		d.Verdict = Damaged
		d.Damage = Damage{Field: field, Offset: offset, Problem: fmt.Sprintf(format, args...)}
	}
	return false
}

// take goes on to after a field of n bytes, of which the need at has counted
// the least that it can have.
func (d *dissection) take(field string, n, least int) ([]byte, bool) {
	d.need += n - least
	if missing := d.at + d.need - len(d.blob); len(d.blob)-d.at < n {
		first := d.Verdict == Intact
		d.damage(field, len(d.blob), "cut short")
		if first {
			d.Damage.Missing = missing
		}
		return nil, false
	}
	taken := d.blob[d.at : d.at+n]
	d.at, d.need = d.at+n, d.need-n
	return taken, true
}

func (d *dissection) magic() bool {
	m, ok := d.take("magic", len(magic), len(magic))
	if ok && m[3] != magic[3] {
		return d.damage("magic", 3, "unknown format %d, made by a newer version of rekey if it is intact", m[3])
	}
	return ok
}

// suite goes on behind a suite that is unknown: it has no part in the layout.
func (d *dissection) suite() bool {
	s, ok := d.take("suite", 1, 1)
	if !ok {
		return false
	}
	if a := key.Algorithm(s[0]); a.Valid() {
		d.Algorithm = a
	} else {
		d.damage("suite", len(magic), "unknown suite %d", s[0])
	}
	return true
}

func (d *dissection) ids() bool {
	k, ok := d.id("key id")
	if !ok {
		return false
	}
	d.KeyID = key.ID(k)
	v, ok := d.id("version id")
	d.VersionID = key.VersionID(v)
	return ok
}

// id takes a length and an id; of both the need has counted two bytes.
func (d *dissection) id(field string) ([]byte, bool) {
	n, ok := d.take(field, 1, 1)
	if !ok {
		return nil, false
	}
	start := d.at
	if n[0] == 0 || n[0] > key.MaxIDLen {
		return nil, d.damage(field, start-1, "it is %d characters long, 1 to %d are allowed", n[0], key.MaxIDLen)
	}
	id, ok := d.take(field, int(n[0]), 1)
	if !ok {
		return nil, false
	}
	if err := key.CheckBytes(id); err != nil {
		return nil, d.damage(field, start+firstOutside(id), "it %v", err)
	}
	return id, true
}

// firstOutside is the index of the first character that no id may have; 0 if
// what is wrong is the whole.
func firstOutside(id []byte) int {
	for i := range id {
		if c := []byte{'a', id[i]}; key.CheckBytes(c) != nil {
			return i
		}
	}
	return 0
}

func (d *dissection) sealed() bool {
	if _, ok := d.take("salt", SaltSize, SaltSize); !ok {
		return false
	}
	d.Header = d.at
	if _, ok := d.take("commitment", CommitmentSize, CommitmentSize); !ok {
		return false
	}
	if _, ok := d.take("nonce", NonceSize, NonceSize); !ok {
		return false
	}
	if len(d.blob)-d.at < TagSize {
		_, ok := d.take("tag", TagSize, TagSize)
		return ok
	}
	body := len(d.blob) - d.at - TagSize
	if body > MaxBody {
		return d.damage("body", d.at+MaxBody, "it is over %d bytes long, the most that is allowed", MaxBody)
	}
	if d.Verdict == Intact {
		d.Body = body
	}
	return true
}

// mangled finds what a program leaves that takes bytes for UTF-8 and replaces
// what is none by U+FFFD. One may be chance; three by chance are one in 10^9.
func (d *dissection) mangled() {
	replacement := []byte("\uFFFD")
	if n := bytes.Count(d.blob, replacement); n >= 3 {
		d.damage("text", bytes.Index(d.blob, replacement),
			"U+FFFD stands in it %d times: some program took it for text, which cannot be undone; keep it as bytes or base64", n)
		d.Body = 0
	}
}

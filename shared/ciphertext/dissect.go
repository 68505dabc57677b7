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

// Begins reports whether b begins as an RKY1 ciphertext does, as far as it goes.
func Begins(b []byte) bool {
	return len(b) > 0 && (bytes.HasPrefix(b, []byte(magic[:3])) || bytes.HasPrefix([]byte(magic), b))
}

// dissect is the one reader of the layout. It returns what it saw before the
// first damage, and where that is; Unknown of what does not begin as RKY1.
func dissect(blob []byte) Report {
	if !Begins(blob) {
		return unknown(len(blob), "not an RKY1 ciphertext")
	}
	d := dissection{blob: blob, need: fixedOverhead + 2}
	d.Verdict, d.Total = Intact, len(blob)
	if d.magic() && d.suite() && d.ids() && d.sealed() && d.Verdict == Intact {
		d.Body, d.Blob = len(blob)-d.Header-SealedOverhead, blob
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
		if d.Verdict == Intact {
			d.damage(field, len(d.blob), "cut short: at least %d bytes are missing at the end", missing)
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
		return d.damage("magic", 3, "unknown format %d: made by a newer version?", m[3])
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
	switch {
	case n[0] == 0:
		return nil, d.damage(field, start-1, "its %s is empty", field)
	case n[0] > key.MaxIDLen:
		return nil, d.damage(field, start-1, "its %s %v", field, key.CheckBytes(make([]byte, n[0])))
	}
	id, ok := d.take(field, int(n[0]), 1)
	if !ok {
		return nil, false
	}
	if err := key.CheckBytes(id); err != nil {
		return nil, d.damage(field, start+firstOutside(id), "its %s %v", field, err)
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
	for _, f := range [...]struct {
		name string
		size int
	}{{"commitment", CommitmentSize}, {"nonce", NonceSize}, {"tag", TagSize}} {
		if _, ok := d.take(f.name, f.size, f.size); !ok {
			return false
		}
	}
	if problem := throughText(d.blob[d.Header-SaltSize:]); problem != "" {
		return d.damage("text", d.Header-SaltSize, "%s", problem)
	}
	switch body, size := len(d.blob)-d.at, len(d.blob); {
	case size > MaxInspect: // there may be more that was not read
		return d.damage("body", MaxSize, "it is over %d bytes long, at most %d are allowed", MaxInspect, MaxSize)
	case size > MaxSize:
		return d.damage("body", MaxSize, "it is %d bytes long, at most %d are allowed", size, MaxSize)
	case body > MaxBody:
		return d.damage("body", d.at-TagSize+MaxBody, "its body is %d bytes long, at most %d are allowed", body,
			MaxBody)
	}
	return true
}

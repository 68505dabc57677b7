package strictjson

import (
	"bytes"
	"errors"
	"hash/maphash"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrTwice is why a document is refused with a duplicate name.
var ErrTwice = errors.New("has a duplicate member")

// Twice reports whether an object in a document, at any depth, has a name
// twice. The document must be one that Members has taken, and below 4 GiB. It
// takes 12 bytes for each name, of which no document has more than one in six
// bytes, and time in proportion: anyone who sends the document chooses the names.
func Twice(document []byte) bool {
	n := 0
	eachName(document, func(_, _ uint32) bool { n++; return true })
	s := nameSet{document: document, seed: maphash.MakeSeed(), entries: make([]entry, n+n/2)}
	return !eachName(document, s.add)
}

// eachName calls f for each name of a valid document that shares its object
// with another: with the offset of the object, and of the name. It stops where
// f is false, and is false then.
func eachName(document []byte, f func(object, name uint32) bool) bool {
	var open []entry // the objects and arrays around, and the first name of each
	for i := 0; i < len(document); i++ {
		switch document[i] {
		case '{', '[':
			open = append(open, entry{object: uint32(i)})
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			name := entry{name: uint32(i)}
			i += quoted(document[i:]) - 1
			if after := space(document[i+1:]); len(after) == 0 || after[0] != ':' {
				continue
			}
			around := &open[len(open)-1]
			first := around.name
			switch name.object = around.object; {
			case first == 0: // no name stands at the offset 0
				around.name = name.name
				continue
			case first != single:
				around.name = single
				if !f(name.object, first) {
					return false
				}
			}
			if !f(name.object, name.name) {
				return false
			}
		}
	}
	return true
}

// single stands for a first name that has been given to f.
const single = 1<<32 - 1

// quoted is the length of the string at the front, with its quotes.
func quoted(b []byte) int {
	for n := 1; ; n++ {
		n += printablePrefix(b[n:])
		switch b[n] {
		case '"':
			return n + 1
		case '\\':
			n++
		}
	}
}

// nameSet is a set of the names of a document, by hash.
type nameSet struct {
	document []byte
	seed     maphash.Seed
	entries  []entry // a third of them stays empty
	a, b     []byte  // room for names without their escapes
}

// entry is a name, by the offsets of its object and of itself; the zero value
// is empty.
type entry struct{ object, name uint32 }

// add reports whether the name was not there yet.
func (s *nameSet) add(object, name uint32) bool {
	text := s.text(&s.a, name)
	h := maphash.Bytes(s.seed, text)
	h = (h ^ uint64(object)*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
	at := (h >> 32) * uint64(len(s.entries)) >> 32
	for ; s.entries[at] != (entry{}); at = (at + 1) % uint64(len(s.entries)) {
		if e := s.entries[at]; e.object == object && bytes.Equal(s.text(&s.b, e.name), text) {
			return false
		}
	}
	s.entries[at] = entry{object, name}
	return true
}

// text is the name at an offset without its escapes, if need be in the room.
func (s *nameSet) text(room *[]byte, name uint32) []byte {
	v := s.document[name:]
	v = v[:quoted(v)]
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	*room, _ = jsontext.AppendUnquote(slices.Grow((*room)[:0], len(v)), v) // valid, as the document is
	return *room
}

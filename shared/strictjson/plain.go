package strictjson

import "encoding/binary"

// maxPlain is the most members of a plain object: a request has at most six.
const maxPlain = 16

// plain is an object without nested values, escapes and anything else that is
// rare in a request. It is read here, at a fraction of what a general decoder
// costs; every other document, and every wrong one, is the decoder's. So this
// file says only "yes, and these are its members", and FuzzMembers holds it
// to what the decoder says.
type plain struct {
	n       int
	members [maxPlain]struct{ name, value []byte }
}

// read reports whether data is one plain object and nothing else.
func (p *plain) read(data []byte) bool {
	b := space(data)
	if len(b) == 0 || b[0] != '{' {
		return false
	}
	b = space(b[1:])
	for p.n = 0; p.n < maxPlain; p.n++ {
		name, rest := plainString(b)
		if rest = space(rest); name == nil || len(rest) == 0 || rest[0] != ':' {
			return false
		}
		value, rest := plainValue(space(rest[1:]))
		if rest = space(rest); value == nil || len(rest) == 0 {
			return false
		}
		p.members[p.n].name, p.members[p.n].value = name[1:len(name)-1], value
		if rest[0] == '}' {
			p.n++
			return len(space(rest[1:])) == 0
		}
		if rest[0] != ',' {
			return false
		}
		b = space(rest[1:])
	}
	return false
}

// each calls f for each member, like Members.
func (p *plain) each(f func(name []byte, v Value) error) error {
	for i := range p.n {
		if err := f(p.members[i].name, p.members[i].value); err != nil {
			return err
		}
	}
	return nil
}

// plainValue cuts a string, a literal or a whole number off the front; nil if
// there is none.
func plainValue(b []byte) (value, rest []byte) {
	if len(b) == 0 {
		return nil, nil
	}
	switch c := b[0]; {
	case c == '"':
		return plainString(b)
	case '1' <= c && c <= '9':
		n := 1
		for n < len(b) && '0' <= b[n] && b[n] <= '9' {
			n++
		}
		return b[:n:n], b[n:] // what makes it another number is not a comma or a brace
	}
	for _, literal := range []string{"true", "false", "null"} {
		if len(b) >= len(literal) && string(b[:len(literal)]) == literal {
			return b[:len(literal):len(literal)], b[len(literal):]
		}
	}
	return nil, nil
}

// plainString cuts a string of printable ASCII without escapes off the front,
// with its quotes; nil if there is none.
func plainString(b []byte) (value, rest []byte) {
	if len(b) == 0 || b[0] != '"' {
		return nil, nil
	}
	n := 1 + printablePrefix(b[1:])
	if n == len(b) || b[n] != '"' {
		return nil, nil
	}
	return b[: n+1 : n+1], b[n+1:]
}

// printablePrefix is how many bytes at the front are ASCII, no control
// characters, no quotes and no backslashes. It looks at many at a time: a
// ciphertext is 43 KiB of them.
func printablePrefix(b []byte) int {
	n := 0
	for ; len(b)-n >= 32; n += 32 {
		w := b[n : n+32 : n+32]
		if marks(word(w))|marks(word(w[8:]))|marks(word(w[16:]))|marks(word(w[24:])) != 0 {
			break // and the bytes are looked at one by one
		}
	}
	for n < len(b) && ' ' <= b[n] && b[n] < 0x80 && b[n] != '"' && b[n] != '\\' {
		n++
	}
	return n
}

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// marks is not 0 if one of the eight bytes is not ASCII, below ' ', a quote
// or a backslash. If all are ASCII, a top bit is set where a subtraction
// borrows, for the first time in such a byte.
func marks(w uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	return (w | (w - ones*' ') | ((w ^ ones*'"') - ones) | ((w ^ ones*'\\') - ones)) & tops
}

// space cuts the white space of JSON off the front.
func space(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\n' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// Package plain makes text from elsewhere safe to print: names, ids, paths
// and messages may hold what moves a cursor, hides or turns text around, or
// poses as another line.
package plain

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is one value, in quotes and escaped as in Go if it is not plain: if
// anything of it does not print or would not be seen, if it has spaces at an end
// or in a row, or begins like what is quoted.
func Text(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) && !strings.Contains(s, "  ") &&
		strings.TrimSpace(s) == s && !strings.HasPrefix(s, `"`) {
		return s
	}
	return quote(s)
}

// Lines is a text of several lines with what does not print escaped. Each line
// but the first is set in, so that none poses as the beginning of another text.
func Lines(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		if i > 0 {
			b.WriteString("\n  ")
		}
		b.WriteString(escape(line))
	}
	return b.String()
}

// hidden reports whether a character does not show as itself: control
// characters, those that turn the direction of text, spaces but the usual one,
// fillers and what selects a variant.
func hidden(r rune) bool {
	return !unicode.IsPrint(r) || r == '\u2800' ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// quote is strconv.Quote, which leaves some hidden characters unquoted.
func quote(s string) string { return escape(strconv.Quote(s)) }

// escape writes what is hidden as Go does.
func escape(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case !hidden(r):
			b.WriteRune(r)
		case r < utf8.RuneSelf:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// JSON is a document in which what does not print is escaped: the same value,
// in JSON as it must be.
func JSON(document []byte) []byte {
	var b []byte
	for len(document) > 0 {
		r, n := utf8.DecodeRune(document)
		switch {
		case r < utf8.RuneSelf || !hidden(r):
			b = append(b, document[:n]...)
		case r < 0x10000:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
		document = document[n:]
	}
	return b
}

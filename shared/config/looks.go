package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const iamToken = "an IAM token"

// looks says what a value looks like, and whether that is surely a secret, or
// a text with one, where a path or a word is wanted.
func looks(value string) (what string, secret bool) {
	if what := secretText(value); what != "" {
		return what, true
	}
	text := strings.Trim(value, " \t\"'`")
	switch {
	case len(value) > longestPath:
		return "a long text", true
	case hexText.MatchString(text):
		return "hexadecimal digits", true
	case isBase64(text):
		return "base64", true
	case strings.ContainsFunc(text, unicode.IsSpace):
		return "text with spaces", false
	case strings.ContainsAny(text, `/\`):
		return "a path", false
	}
	return "a name", false
}

// secretText says which text with a secret a value is, whatever is wanted.
func secretText(value string) string {
	text := strings.Trim(value, " \t\r\n\ufeff\"'`")
	for _, row := range secretTexts {
		if row.like.MatchString(text) {
			return row.what
		}
	}
	return ""
}

var secretTexts = []struct {
	like *regexp.Regexp
	what string
}{
	{regexp.MustCompile(`-----BEGIN AGE |^age-encryption\.org/`), "the text of an encrypted keyring"},
	{regexp.MustCompile(`(?i)AGE-SECRET-KEY-`), "an age identity"},
	{regexp.MustCompile(`(?is)^\{.*private_key`), "an authorized key of a service account"},
	{regexp.MustCompile(`(?is)^\{.*"(generation|versions|material|keys)"`), "the text of a keyring"},
	{regexp.MustCompile(`-----BEGIN `), "a key in PEM"},
	{regexp.MustCompile(`^[{\[][^/]*[":]`), "JSON"},
	{regexp.MustCompile(`(?i)private_?key\W`), "a private key"},
	{regexp.MustCompile(`^(Bearer\s+)?t1\.[A-Za-z0-9._=-]{16,}$`), iamToken},
	{regexp.MustCompile(`^(OAuth\s+)?y[0-3]_[A-Za-z0-9_-]{30,}$`), "an OAuth token"},
	{regexp.MustCompile(`^YC[A-Za-z0-9_-]{38}$`), "a static access key"},
	{regexp.MustCompile(`^(Bearer\s+)?eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`), "a JSON web token"},
	{regexp.MustCompile(`[^\r\n][\r\n]+[^\r\n]`), "text of several lines"},
}

// longestPath is what systems take, in bytes, and more than any word has.
const longestPath = 4096

// hexText is 12 bytes or more.
var hexText = regexp.MustCompile(`^[0-9A-Fa-f]{24,}$`)

// leastBase64 is the length from which base64 may be a secret worth having: 12
// bytes have 16 characters, and at times no padding.
const leastBase64 = 15

var base64Text = regexp.MustCompile(`^[A-Za-z0-9+/_-]+={0,2}$`)

// isBase64 distinguishes random bytes in base64 from a path without a dot, which has
// the same characters: they are padded, have a plus, or small letters, capitals
// and digits take turns at more than two characters of five.
func isBase64(s string) bool {
	if len(s) < leastBase64 || !base64Text.MatchString(s) || isShown(s) {
		return false
	}
	turns, kinds := 0, map[byte]bool{}
	for i := range len(s) {
		kinds[kindOf(s[i])] = true
		if i > 0 && kindOf(s[i]) != 0 && kindOf(s[i-1]) != 0 && kindOf(s[i]) != kindOf(s[i-1]) {
			turns++
		}
	}
	return strings.HasSuffix(s, "=") || strings.Contains(s, "+") || kinds['a'] && kinds['A'] && turns*5 > len(s)*2
}

// kindOf is 0 for what divides words in a name.
func kindOf(c byte) byte {
	switch {
	case 'a' <= c && c <= 'z':
		return 'a'
	case isUpper(c):
		return 'A'
	case '0' <= c && c <= '9', c == '+':
		return '0'
	}
	return 0
}

// Word is Short for what is not a setting: text of several words, which may be a
// passphrase, is not repeated.
func Word(value string) string {
	if strings.ContainsFunc(value, unicode.IsSpace) {
		return fmt.Sprintf("(%s, with blanks)", characters(value))
	}
	return Short(value)
}

// Short is a value in quotes, printable and cut; of a secret, what it looks like.
func Short(value string) string {
	if what, secret := looks(value); secret {
		return fmt.Sprintf("(%s that look like %s)", characters(value), what)
	}
	const most = 40 // characters
	if utf8.RuneCountInString(value) <= most {
		return fmt.Sprintf("%q", value)
	}
	return fmt.Sprintf("%.*q... (%s)", most, value, characters(value))
}

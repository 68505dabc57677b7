package keyadmin

import "golang.org/x/text/unicode/norm"

// SameName reports whether two names look the same: é is one character or two,
// as the keyboard and the file system of a person have it. The empty name is
// none, and like no other.
func SameName(a, b string) bool { return a != "" && NameForm(a) == NameForm(b) }

// NameForm is the same for all names that look the same (Unicode's form C).
func NameForm(name string) string { return norm.NFC.String(name) }

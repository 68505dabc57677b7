// Package file is the keyring in one file, as the data plane reads it: a
// keyring.Store whose answers are those of the file at the moment of the
// question (docs/keyring.md). A change made by the command shows at the next
// call; a file that cannot be believed gives errors, never old answers.
//
// Start at Open. Package admin beside it changes the file; this package never
// writes, locks nothing and needs no right but to read, and functions link it
// without the other.
package file

// Package admin changes a keyring file: keyadmin.Admin for the store of one
// file (docs/keyring.md). Nothing of a change is seen before all of it is on
// the disk, and every change is a new generation of the file.
//
// Start at Open. Every call reads the file anew; a change does so under a
// lock (FILE.lock, beside it) that holds between processes. No function links
// this package: those read with package file.
package admin

// Package passphrase keeps a keyring file encrypted while it lies on a disk.
// The file is then two age files (https://age-encryption.org/v1), one behind
// the other, around the JSON document that the file would be otherwise: what
// the passphrase opens, and what that opens. docs/keyring.md has the commands
// of age that print it. Start at Passphrase. Nothing here needs the network.
package passphrase

// Package passphrase keeps a keyring file encrypted while it lies on a disk.
// The whole file is then one age file (https://age-encryption.org/v1) with an
// scrypt recipient, in ASCII armor, around the JSON document that the file
// would be otherwise: `age -d keyring.json` prints it. Start at Passphrase.
// Nothing here needs the network.
package passphrase

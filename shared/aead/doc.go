// Package aead holds all cryptography of rekey: key derivation, key
// commitment and AES-GCM, and everything that touches key material. It knows
// nothing of ids, stores or wires; the byte layout it fills is drawn in
// package ciphertext.
//
// Start at Key.Seal and Key.Open. What they write stays readable in every
// later version: the construction is RKY1, docs/format.md. The package needs
// no network; its only input besides its arguments is the randomness of
// crypto/rand.
package aead

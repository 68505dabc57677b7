// Package ciphertext is the byte layout of RKY1, docs/format.md:
//
//	+---------------+-------+------------+----------------+---------+
//	| 52 4b 59 01   | suite | k | key id | v | version id | salt 24 |   header
//	+---------------+-------+------------+----------------+---------+
//	| commitment 32 | nonce 12 | body, as long as the plaintext | tag 16 |   sealed
//	+---------------+----------+--------------------------------+--------+
//
// It appends a header's prefix, splits a blob, and recognises what other
// systems make. It does no cryptography and no I/O. Every later version reads
// what this one lays out.
package ciphertext

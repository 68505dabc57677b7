// Package key is the vocabulary of rekey: the ids of keys and versions, the
// algorithms and the states they can be in. It is the leaf of the import
// graph and does no I/O but for the randomness of a new id.
//
// Names, numbers and spellings are those of Yandex KMS
// (yandex/cloud/kms/v1/symmetric_key.proto) and will not change: they are
// written into ciphertexts and keyrings.
package key

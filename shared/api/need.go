package api

import "rekey/shared/key"

// Need is one thing that a caller must be allowed: an operation with the key
// that a field of the request names, or, if Field is empty, with no key of
// their own. A re-encryption is a Decrypt with one key and an Encrypt with
// another.
type Need struct {
	Field     string
	Key       key.ID
	Operation Operation
}

// Needs are all that a request needs, the new key's before the source's. Those
// without an operation are none.
type Needs [2]Need

// Operation of the request.
func (*EncryptRequest) Operation() Operation { return Encrypt }

// Operation of the request.
func (*DecryptRequest) Operation() Operation { return Decrypt }

// Operation of the request.
func (*ReEncryptRequest) Operation() Operation { return ReEncrypt }

// Operation of the request.
func (*GenerateDataKeyRequest) Operation() Operation { return GenerateDataKey }

// Needs is Encrypt with the key.
func (r *EncryptRequest) Needs() Needs { return Needs{{"keyId", r.KeyID, Encrypt}} }

// Needs is Decrypt with the key.
func (r *DecryptRequest) Needs() Needs { return Needs{{"keyId", r.KeyID, Decrypt}} }

// Needs is Encrypt with the new key and Decrypt with the source.
func (r *ReEncryptRequest) Needs() Needs {
	return Needs{{"keyId", r.KeyID, Encrypt}, {"sourceKeyId", r.SourceKeyID, Decrypt}}
}

// Needs is GenerateDataKey with the key.
func (r *GenerateDataKeyRequest) Needs() Needs { return Needs{{"keyId", r.KeyID, GenerateDataKey}} }

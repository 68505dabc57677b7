package api

import (
	"errors"

	"rekey/shared/key"
)

// The requests. Each Validate checks the fields that come after the key ids
// and the caller's permission in the order of checks (docs/api.md), and
// answers INVALID_ARGUMENT naming the field.
type (
	// EncryptRequest asks to encrypt 1 to 32768 bytes with the version, or
	// with the primary version if VersionID is empty.
	EncryptRequest struct {
		KeyID      key.ID
		VersionID  key.VersionID
		AADContext []byte // at most 8192 bytes; nil and empty are the same
		Plaintext  []byte
	}

	// DecryptRequest asks for the plaintext of a ciphertext made by the key,
	// and by the version unless VersionID is empty.
	DecryptRequest struct {
		KeyID      key.ID
		VersionID  key.VersionID
		AADContext []byte
		Ciphertext []byte
	}

	// ReEncryptRequest asks to decrypt a ciphertext of SourceKeyID made with
	// SourceAADContext, and to encrypt the plaintext with KeyID and
	// AADContext. An absent AADContext means a result without AAD.
	ReEncryptRequest struct {
		KeyID            key.ID
		VersionID        key.VersionID
		AADContext       []byte
		SourceKeyID      key.ID
		SourceAADContext []byte
		Ciphertext       []byte
	}

	// GenerateDataKeyRequest asks for a new data key of the given
	// specification, in plaintext and encrypted.
	GenerateDataKeyRequest struct {
		KeyID         key.ID
		VersionID     key.VersionID
		AADContext    []byte
		DataKeySpec   key.Algorithm
		SkipPlaintext bool // leave the plaintext out of the response
	}
)

// Validate checks version, AAD and plaintext.
func (r *EncryptRequest) Validate() error {
	return first(checkVersion(r.VersionID), checkAAD("aadContext", r.AADContext),
		checkPlaintext(r.Plaintext))
}

// Validate checks version, AAD and ciphertext.
func (r *DecryptRequest) Validate() error {
	return first(checkVersion(r.VersionID), checkAAD("aadContext", r.AADContext),
		checkCiphertext(r.Ciphertext))
}

// Validate checks version, both AADs and ciphertext.
func (r *ReEncryptRequest) Validate() error {
	return first(checkVersion(r.VersionID), checkAAD("aadContext", r.AADContext),
		checkAAD("sourceAadContext", r.SourceAADContext), checkCiphertext(r.Ciphertext))
}

// Validate checks version, AAD and specification.
func (r *GenerateDataKeyRequest) Validate() error {
	return first(checkVersion(r.VersionID), checkAAD("aadContext", r.AADContext), checkSpec(r.DataKeySpec))
}

// CheckKeyID is the second check of every operation: the syntax of a key id,
// with the name of the field it stands in.
func CheckKeyID(field string, id key.ID) error {
	if err := id.Check(); err != nil {
		return Errorf(InvalidArgument, "%s: %v", field, err)
	}
	return nil
}

func checkVersion(id key.VersionID) error {
	if err := id.Check(); err != nil && !errors.Is(err, key.ErrEmptyID) {
		return Errorf(InvalidArgument, "versionId: %v", err)
	}
	return nil
}

func checkAAD(field string, aad []byte) error {
	if len(aad) > MaxAAD {
		return Errorf(InvalidArgument, "%s: is %d bytes long, at most %d are allowed", field, len(aad), MaxAAD)
	}
	return nil
}

func checkPlaintext(plaintext []byte) error {
	switch {
	case len(plaintext) == 0:
		return Errorf(InvalidArgument, "plaintext: is required")
	case len(plaintext) > MaxPlaintext:
		return Errorf(InvalidArgument, "plaintext: is %d bytes long, at most %d are allowed: for more, encrypt it "+
			"with a data key (generateDataKey)",
			len(plaintext), MaxPlaintext)
	}
	return nil
}

// checkCiphertext leaves the length to the parser, which has better hints.
func checkCiphertext(ciphertext []byte) error {
	if len(ciphertext) == 0 {
		return Errorf(InvalidArgument, "ciphertext: is required")
	}
	return nil
}

func checkSpec(spec key.Algorithm) error {
	switch {
	case spec == 0:
		return Errorf(InvalidArgument, "dataKeySpec: is required: %s", key.AlgorithmNames)
	case !spec.Valid():
		return Errorf(InvalidArgument, "dataKeySpec: is unknown: want %s", key.AlgorithmNames)
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

package api

import "rekey/shared/key"

// The responses. KeyID and VersionID name what was used.
type (
	// EncryptResponse carries a ciphertext, RKY1 (docs/format.md).
	EncryptResponse struct {
		KeyID      key.ID
		VersionID  key.VersionID
		Ciphertext []byte
	}

	// DecryptResponse carries a plaintext of 0 to 32768 bytes.
	DecryptResponse struct {
		KeyID     key.ID
		VersionID key.VersionID
		Plaintext []byte
	}

	// ReEncryptResponse carries the new ciphertext, with the new key and
	// version and those that had made the old one.
	ReEncryptResponse struct {
		KeyID           key.ID
		VersionID       key.VersionID
		SourceKeyID     key.ID
		SourceVersionID key.VersionID
		Ciphertext      []byte
	}

	// GenerateDataKeyResponse carries a data key of 16, 24 or 32 bytes, in
	// plaintext (nil if it was to be skipped) and encrypted.
	GenerateDataKeyResponse struct {
		KeyID             key.ID
		VersionID         key.VersionID
		DataKeyPlaintext  []byte
		DataKeyCiphertext []byte
	}
)

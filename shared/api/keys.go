package api

import (
	"time"

	"rekey/shared/key"
)

// MaxPageSize is how many keys a page has at most, and DefaultPageSize how many
// where nobody says (symmetric_key_service.proto).
const (
	MaxPageSize     = 1000
	DefaultPageSize = 100
)

// Requests and responses of SymmetricKeyService.
type (
	// ListKeysRequest asks for the keys that may be seen, a page at a time.
	ListKeysRequest struct {
		FolderID  string // that of the keys, or empty
		PageSize  int64  // 0 to MaxPageSize; 0 is DefaultPageSize
		PageToken string // NextPageToken of the page before, or empty
	}

	// ListKeysResponse is one page.
	ListKeysResponse struct {
		Keys          []*SymmetricKey
		NextPageToken string // empty on the last page
	}

	// GetKeyRequest asks for one key.
	GetKeyRequest struct {
		KeyID key.ID
	}

	// SymmetricKey is a key as its users see it. What is not known is zero.
	SymmetricKey struct {
		ID               key.ID
		FolderID         string
		CreatedAt        time.Time
		Name             string
		Status           key.Status
		PrimaryVersion   *SymmetricKeyVersion // nil if there is none
		DefaultAlgorithm key.Algorithm
		RotatedAt        time.Time // zero if never
	}

	// SymmetricKeyVersion is a version of a key.
	SymmetricKeyVersion struct {
		ID        key.VersionID
		KeyID     key.ID
		Status    key.VersionStatus
		Algorithm key.Algorithm
		CreatedAt time.Time
		Primary   bool
	}
)

// Operation of the request.
func (*ListKeysRequest) Operation() Operation { return ListKeys }

// Operation of the request.
func (*GetKeyRequest) Operation() Operation { return GetKey }

// Needs is ListKeys, with no key of the caller's choice.
func (*ListKeysRequest) Needs() Needs { return Needs{{"", "", ListKeys}} }

// Needs is GetKey with the key.
func (r *GetKeyRequest) Needs() Needs { return Needs{{"keyId", r.KeyID, GetKey}} }

// Validate checks the size of the page. The token is judged by who made it.
func (r *ListKeysRequest) Validate() error {
	if r.PageSize < 0 || r.PageSize > MaxPageSize {
		return Errorf(InvalidArgument, "pageSize: is %d: want 0 to %d", r.PageSize, MaxPageSize)
	}
	return nil
}

// Validate has nothing to check.
func (*GetKeyRequest) Validate() error { return nil }

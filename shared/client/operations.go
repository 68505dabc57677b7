package client

import (
	"context"

	"rekey/shared/api"
	"rekey/shared/key"
)

// The requests and responses on the wire. The key id travels in the path.
type (
	request struct {
		VersionID        key.VersionID `json:"versionId,omitempty"`
		AADContext       []byte        `json:"aadContext,omitempty"`
		Plaintext        []byte        `json:"plaintext,omitempty"`
		Ciphertext       []byte        `json:"ciphertext,omitempty"`
		SourceKeyID      key.ID        `json:"sourceKeyId,omitempty"`
		SourceAADContext []byte        `json:"sourceAadContext,omitempty"`
		DataKeySpec      string        `json:"dataKeySpec,omitempty"`
		SkipPlaintext    bool          `json:"skipPlaintext,omitempty"`
	}
	response struct {
		KeyID             key.ID        `json:"keyId"`
		VersionID         key.VersionID `json:"versionId"`
		Ciphertext        []byte        `json:"ciphertext"`
		Plaintext         []byte        `json:"plaintext"`
		SourceKeyID       key.ID        `json:"sourceKeyId"`
		SourceVersionID   key.VersionID `json:"sourceVersionId"`
		DataKeyPlaintext  []byte        `json:"dataKeyPlaintext"`
		DataKeyCiphertext []byte        `json:"dataKeyCiphertext"`
	}
)

// answers reports whether this can be the answer to a request: who
// answers something else with status 200 has encrypted nothing.
func (r *response) answers(o api.Operation, id key.ID, q request) bool {
	if r.KeyID != id || r.VersionID == "" {
		return false
	}
	switch o {
	case api.Encrypt:
		return len(r.Ciphertext) > 0
	case api.ReEncrypt:
		return len(r.Ciphertext) > 0 && r.SourceKeyID == q.SourceKeyID
	case api.GenerateDataKey:
		return len(r.DataKeyCiphertext) > 0 && (len(r.DataKeyPlaintext) > 0) != q.SkipPlaintext
	}
	return true // of Decrypt: the plaintext may be empty
}

// Encrypt calls :encrypt.
func (c *Client) Encrypt(ctx context.Context, _ *api.Call, r *api.EncryptRequest) (*api.EncryptResponse, error) {
	var out response
	err := c.call(ctx, r.KeyID, api.Encrypt, request{VersionID: r.VersionID, AADContext: r.AADContext,
		Plaintext: r.Plaintext}, &out)
	if err != nil {
		return nil, err
	}
	return &api.EncryptResponse{KeyID: out.KeyID, VersionID: out.VersionID, Ciphertext: out.Ciphertext}, nil
}

// Decrypt calls :decrypt.
func (c *Client) Decrypt(ctx context.Context, _ *api.Call, r *api.DecryptRequest) (*api.DecryptResponse, error) {
	var out response
	err := c.call(ctx, r.KeyID, api.Decrypt, request{VersionID: r.VersionID, AADContext: r.AADContext,
		Ciphertext: r.Ciphertext}, &out)
	if err != nil {
		return nil, err
	}
	return &api.DecryptResponse{KeyID: out.KeyID, VersionID: out.VersionID, Plaintext: out.Plaintext}, nil
}

// ReEncrypt calls :reEncrypt.
func (c *Client) ReEncrypt(ctx context.Context, _ *api.Call, r *api.ReEncryptRequest) (*api.ReEncryptResponse,
	error) {
	var out response
	err := c.call(ctx, r.KeyID, api.ReEncrypt, request{VersionID: r.VersionID, AADContext: r.AADContext,
		SourceKeyID: r.SourceKeyID, SourceAADContext: r.SourceAADContext, Ciphertext: r.Ciphertext}, &out)
	if err != nil {
		return nil, err
	}
	return &api.ReEncryptResponse{KeyID: out.KeyID, VersionID: out.VersionID,
		SourceKeyID: out.SourceKeyID, SourceVersionID: out.SourceVersionID, Ciphertext: out.Ciphertext}, nil
}

// GenerateDataKey calls :generateDataKey.
func (c *Client) GenerateDataKey(ctx context.Context, _ *api.Call,
	r *api.GenerateDataKeyRequest) (*api.GenerateDataKeyResponse, error) {
	var out response
	err := c.call(ctx, r.KeyID, api.GenerateDataKey, request{VersionID: r.VersionID, AADContext: r.AADContext,
		DataKeySpec: r.DataKeySpec.String(), SkipPlaintext: r.SkipPlaintext}, &out)
	if err != nil {
		return nil, err
	}
	return &api.GenerateDataKeyResponse{KeyID: out.KeyID, VersionID: out.VersionID,
		DataKeyPlaintext: out.DataKeyPlaintext, DataKeyCiphertext: out.DataKeyCiphertext}, nil
}

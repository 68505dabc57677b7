package crypto

import (
	"context"
	"errors"

	"rekey/shared/api"
	"rekey/shared/client"
	"rekey/shared/kms"
)

// bridge re-encrypts between two places, one of which at least is a server: the
// plaintext is here in between, in memory.
type bridge struct {
	api.Crypto // seals
	opening    api.Crypto
}

// between is the service that opens with one and seals with the other.
func between(opening, sealing api.Crypto) api.Crypto {
	from, ok := opening.(*kms.Service)
	to, both := sealing.(*kms.Service)
	if ok && both {
		return to.From(from)
	}
	return bridge{sealing, opening}
}

// ReEncrypt is two calls.
func (b bridge) ReEncrypt(ctx context.Context, _ *api.Call, r *api.ReEncryptRequest) (
	*api.ReEncryptResponse, error) {
	opened, err := b.opening.Decrypt(ctx, api.Own(), &api.DecryptRequest{KeyID: r.SourceKeyID,
		AADContext: r.SourceAADContext, Ciphertext: r.Ciphertext})
	if err != nil {
		return nil, atSource(err)
	}
	defer clear(opened.Plaintext)
	sealed, err := b.Encrypt(ctx, api.Own(), &api.EncryptRequest{KeyID: r.KeyID, VersionID: r.VersionID,
		AADContext: r.AADContext, Plaintext: opened.Plaintext})
	if err != nil {
		return nil, err
	}
	return &api.ReEncryptResponse{KeyID: sealed.KeyID, VersionID: sealed.VersionID,
		SourceKeyID: opened.KeyID, SourceVersionID: opened.VersionID, Ciphertext: sealed.Ciphertext}, nil
}

// atSource says which of two places an error is of, unless it is about the
// ciphertext.
func atSource(err error) error {
	var e *api.Error
	if !errors.As(err, &e) || e.Code == api.InvalidArgument {
		return err
	}
	if errors.Is(err, client.ErrNoToken) {
		return api.Errorf(e.Code, "the source: %s: give a file that has one with --source-token-file", e.Message)
	}
	return api.Errorf(e.Code, "the source: %s", e.Message).Because(e.Unwrap())
}

package kms

import (
	"context"

	"rekey/shared/api"
	"rekey/shared/pipeline"
)

// Encrypt encrypts a plaintext with a version of a key, by default the
// primary one.
func (s *Service) Encrypt(ctx context.Context, c *api.Call, r *api.EncryptRequest) (*api.EncryptResponse, error) {
	return pipeline.Do(ctx, s.rules, c, r, s.encrypt)
}

func (s *Service) encrypt(ctx context.Context, c *api.Call, r *api.EncryptRequest) (*api.EncryptResponse, error) {
	version, err := s.resolve(ctx, c, ask{r.KeyID, r.VersionID})
	if err != nil {
		return nil, err
	}
	sealed, err := seal(c, version, r.AADContext, r.Plaintext)
	if err != nil {
		return nil, err
	}
	return &api.EncryptResponse{KeyID: version.KeyID, VersionID: version.ID, Ciphertext: sealed}, nil
}

// Decrypt opens a ciphertext with the version that made it.
func (s *Service) Decrypt(ctx context.Context, c *api.Call, r *api.DecryptRequest) (*api.DecryptResponse, error) {
	return pipeline.Do(ctx, s.rules, c, r, s.decrypt)
}

func (s *Service) decrypt(ctx context.Context, c *api.Call, r *api.DecryptRequest) (*api.DecryptResponse, error) {
	blob, err := split(ask{r.KeyID, r.VersionID}, r.Ciphertext)
	if err != nil {
		return nil, err
	}
	version, err := s.resolve(ctx, c, ask{blob.KeyID, blob.VersionID})
	if err != nil {
		return nil, err
	}
	plaintext, err := open(c, version, blob, r.AADContext)
	if err != nil {
		return nil, err
	}
	return &api.DecryptResponse{KeyID: version.KeyID, VersionID: version.ID, Plaintext: plaintext}, nil
}

// ReEncrypt opens a ciphertext of the source key and seals its plaintext with
// the new key and the new AAD. The plaintext is never returned and is wiped.
func (s *Service) ReEncrypt(ctx context.Context, c *api.Call, r *api.ReEncryptRequest) (*api.ReEncryptResponse, error) {
	return pipeline.Do(ctx, s.rules, c, r, s.reEncrypt)
}

func (s *Service) reEncrypt(ctx context.Context, c *api.Call, r *api.ReEncryptRequest) (*api.ReEncryptResponse, error) {
	blob, err := split(ask{key: r.SourceKeyID}, r.Ciphertext)
	if err != nil {
		return nil, err
	}
	source, target, err := s.resolveBoth(ctx, c, ask{blob.KeyID, blob.VersionID}, ask{r.KeyID, r.VersionID})
	if err != nil {
		return nil, err
	}
	plaintext, err := open(c, source, blob, r.SourceAADContext)
	if err != nil {
		return nil, err
	}
	defer clear(plaintext)
	sealed, err := seal(c, target, r.AADContext, plaintext)
	if err != nil {
		return nil, err
	}
	return &api.ReEncryptResponse{KeyID: target.KeyID, VersionID: target.ID,
		SourceKeyID: source.KeyID, SourceVersionID: source.ID, Ciphertext: sealed}, nil
}

// GenerateDataKey draws a data key and encrypts it with a version of a key,
// by default the primary one.
func (s *Service) GenerateDataKey(ctx context.Context, c *api.Call,
	r *api.GenerateDataKeyRequest) (*api.GenerateDataKeyResponse, error) {
	return pipeline.Do(ctx, s.rules, c, r, s.generateDataKey)
}

func (s *Service) generateDataKey(ctx context.Context, c *api.Call,
	r *api.GenerateDataKeyRequest) (*api.GenerateDataKeyResponse, error) {
	version, err := s.resolve(ctx, c, ask{r.KeyID, r.VersionID})
	if err != nil {
		return nil, err
	}
	sealed, dataKey, err := sealDataKey(c, version, r.AADContext, r.DataKeySpec)
	if err != nil {
		return nil, err
	}
	if r.SkipPlaintext {
		clear(dataKey)
		dataKey = nil
	}
	return &api.GenerateDataKeyResponse{KeyID: version.KeyID, VersionID: version.ID,
		DataKeyPlaintext: dataKey, DataKeyCiphertext: sealed}, nil
}

package kms

import (
	"context"
	"time"

	"rekey/shared/api"
)

// Encrypt encrypts a plaintext with a version of a key, by default the
// primary one.
func (s *Service) Encrypt(ctx context.Context, p api.Principal, r *api.EncryptRequest) (out *api.EncryptResponse,
	err error) {
	rec := Record{Principal: p, Trace: api.Trace{Operation: api.Encrypt, KeyID: r.KeyID}}
	defer func(start time.Time) { s.record(ctx, start, rec, r.Trace, out != nil, err) }(s.start())

	if err := s.admit(ctx, p, r.Malformed, need{"keyId", r.KeyID, api.Encrypt}); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	version, err := s.resolve(ctx, &rec.Trace, ask{r.KeyID, r.VersionID})
	if err != nil {
		return nil, err
	}
	sealed, err := seal(version, r.AADContext, r.Plaintext)
	if err != nil {
		return nil, err
	}
	return &api.EncryptResponse{KeyID: version.KeyID, VersionID: version.ID, Ciphertext: sealed}, nil
}

// Decrypt opens a ciphertext with the version that made it.
func (s *Service) Decrypt(ctx context.Context, p api.Principal, r *api.DecryptRequest) (out *api.DecryptResponse,
	err error) {
	rec := Record{Principal: p, Trace: api.Trace{Operation: api.Decrypt, KeyID: r.KeyID}}
	defer func(start time.Time) { s.record(ctx, start, rec, r.Trace, out != nil, err) }(s.start())

	if err := s.admit(ctx, p, r.Malformed, need{"keyId", r.KeyID, api.Decrypt}); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	blob, err := split(ask{r.KeyID, r.VersionID}, r.Ciphertext)
	if err != nil {
		return nil, err
	}
	version, err := s.resolve(ctx, &rec.Trace, ask{blob.KeyID, blob.VersionID})
	if err != nil {
		return nil, err
	}
	plaintext, err := open(version, blob, r.AADContext)
	if err != nil {
		return nil, err
	}
	return &api.DecryptResponse{KeyID: version.KeyID, VersionID: version.ID, Plaintext: plaintext}, nil
}

// ReEncrypt opens a ciphertext of the source key and seals its plaintext with
// the new key and the new AAD. The plaintext is never returned and is wiped.
func (s *Service) ReEncrypt(ctx context.Context, p api.Principal, r *api.ReEncryptRequest) (out *api.ReEncryptResponse,
	err error) {
	rec := Record{Principal: p, Trace: api.Trace{Operation: api.ReEncrypt, KeyID: r.KeyID, SourceKeyID: r.SourceKeyID}}
	defer func(start time.Time) { s.record(ctx, start, rec, r.Trace, out != nil, err) }(s.start())

	if err := s.admit(ctx, p, r.Malformed, need{"keyId", r.KeyID, api.Encrypt},
		need{"sourceKeyId", r.SourceKeyID, api.Decrypt}); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	blob, err := split(ask{key: r.SourceKeyID}, r.Ciphertext)
	if err != nil {
		return nil, err
	}
	source, target, err := s.resolveBoth(ctx, &rec.Trace, ask{blob.KeyID, blob.VersionID}, ask{r.KeyID, r.VersionID})
	if err != nil {
		return nil, err
	}
	plaintext, err := open(source, blob, r.SourceAADContext)
	if err != nil {
		return nil, err
	}
	defer clear(plaintext)
	sealed, err := seal(target, r.AADContext, plaintext)
	if err != nil {
		return nil, err
	}
	return &api.ReEncryptResponse{KeyID: target.KeyID, VersionID: target.ID,
		SourceKeyID: source.KeyID, SourceVersionID: source.ID, Ciphertext: sealed}, nil
}

// GenerateDataKey draws a data key and encrypts it with a version of a key,
// by default the primary one.
func (s *Service) GenerateDataKey(ctx context.Context, p api.Principal,
	r *api.GenerateDataKeyRequest) (out *api.GenerateDataKeyResponse, err error) {
	rec := Record{Principal: p, Trace: api.Trace{Operation: api.GenerateDataKey, KeyID: r.KeyID}}
	defer func(start time.Time) { s.record(ctx, start, rec, r.Trace, out != nil, err) }(s.start())

	if err := s.admit(ctx, p, r.Malformed, need{"keyId", r.KeyID, api.GenerateDataKey}); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	version, err := s.resolve(ctx, &rec.Trace, ask{r.KeyID, r.VersionID})
	if err != nil {
		return nil, err
	}
	sealed, dataKey, err := sealDataKey(version, r.AADContext, r.DataKeySpec)
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

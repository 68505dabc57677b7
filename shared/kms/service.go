package kms

import (
	"context"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/pipeline"
)

// Keys finds a usable version, the primary one if v is empty. Its errors are
// those of keyring.Store. *keyring.Keyring is one.
type Keys interface {
	Get(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error)
}

// cache is Keys that can say without delay what is cached. *keyring.Keyring
// is one.
type cache interface {
	Hit(k key.ID, v key.VersionID) *keyring.Version
}

// Service answers the four operations. It is immutable and safe for
// concurrent use. Errors are *api.Error.
type Service struct {
	keys   Keys
	cache  cache // keys, if they are one; or nil
	rules  *pipeline.Pipeline
	source *Service // whose keys open what ReEncrypt is given
}

var _ api.Crypto = (*Service)(nil)

// New makes a Service whose operations go through the rules.
func New(keys Keys, rules *pipeline.Pipeline) *Service {
	c, _ := keys.(cache)
	s := &Service{keys: keys, cache: c, rules: rules}
	s.source = s
	return s
}

// Ready is why this service may soon be unable to answer, or nil.
func (s *Service) Ready() error {
	if keys, ok := s.keys.(interface{ Ready() error }); ok {
		return keys.Ready()
	}
	return nil
}

// From is s, but that ReEncrypt opens what the keys of another service made,
// which may have the ids of ours.
func (s *Service) From(source *Service) *Service {
	moving := *s
	moving.source = source
	return &moving
}

package kms

import (
	"context"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/pipeline"
)

// ask is a question to the keyring: a version of a key, or its primary.
type ask struct {
	key     key.ID
	version key.VersionID
}

// resolve is check 7: the version and its state.
func (s *Service) resolve(ctx context.Context, c *api.Call, a ask) (version *keyring.Version, err error) {
	version = s.hit(a)
	c.Resolved, c.CacheHit, c.VersionID = true, version != nil, a.version
	if version == nil {
		if version, err = s.get(ctx, a); err != nil {
			return nil, err
		}
	}
	c.VersionID = version.ID
	return version, nil
}

// resolveBoth is resolve for a re-encryption.
func (s *Service) resolveBoth(ctx context.Context, c *api.Call, source, target ask) (from, to *keyring.Version,
	err error) {
	from, to = s.source.hit(source), s.hit(target)
	c.Resolved, c.CacheHit = true, from != nil && to != nil
	c.VersionID, c.SourceVersionID = target.version, source.version
	switch {
	case from == nil && to == nil:
		from, to, err = s.getBoth(ctx, source, target)
	case from == nil: // one question is worth no goroutine
		from, err = s.source.get(ctx, source)
	case to == nil:
		to, err = s.get(ctx, target)
	}
	if err != nil {
		return nil, nil, err
	}
	c.VersionID, c.SourceVersionID = to.ID, from.ID
	return from, to, nil
}

// hit is a version that is known without asking a store, or nil.
func (s *Service) hit(a ask) *keyring.Version {
	if s.cache == nil {
		return nil
	}
	return s.cache.Hit(a.key, a.version)
}

// get asks the keyring, and puts its faults into the words of the API.
func (s *Service) get(ctx context.Context, a ask) (*keyring.Version, error) {
	version, err := s.keys.Get(ctx, a.key, a.version)
	if err != nil {
		return nil, fault(a, err)
	}
	return version, nil
}

// getBoth asks for source and target concurrently, so that a cold cache costs one
// round trip. If both fail, the answer is the source's.
func (s *Service) getBoth(ctx context.Context, source, target ask) (from, to *keyring.Version, err error) {
	var toErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil { // here it would end the process, not the request
				toErr = pipeline.Panicked(p)
			}
		}()
		to, toErr = s.get(ctx, target)
	}()
	from, err = s.source.get(ctx, source)
	<-done
	if err == nil {
		err = toErr
	}
	return from, to, err
}

package kms

import (
	"context"
	"fmt"
	"runtime/debug"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyring"
)

// ask is a question to the keyring: a version of a key, or its primary.
type ask struct {
	key     key.ID
	version key.VersionID
}

// resolve is check 7: the version and its state.
func (s *Service) resolve(ctx context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	version, err := s.keys.Get(ctx, k, v)
	if err != nil {
		return nil, fault(ask{k, v}, err)
	}
	return version, nil
}

// hit is a version that is known without asking a store, or nil.
func (s *Service) hit(a ask) *keyring.Version {
	if s.cache == nil {
		return nil
	}
	return s.cache.Hit(a.key, a.version)
}

// resolveBoth asks for source and target at once, so that a cold cache costs
// one round trip. If both fail, the answer is the source's.
func (s *Service) resolveBoth(ctx context.Context, source, target ask) (from, to *keyring.Version, err error) {
	if to = s.hit(target); to != nil { // which is worth no goroutine
		from, err = s.resolve(ctx, source.key, source.version)
		return from, to, err
	}
	return s.askBoth(ctx, source, target)
}

func (s *Service) askBoth(ctx context.Context, source, target ask) (from, to *keyring.Version, err error) {
	var toErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil { // here it would end the process, not the request
				toErr = api.AsError(fmt.Errorf("panic of %T while resolving: %s", p, debug.Stack()))
			}
		}()
		to, toErr = s.resolve(ctx, target.key, target.version)
	}()
	from, err = s.resolve(ctx, source.key, source.version)
	<-done
	if err == nil {
		err = toErr
	}
	return from, to, err
}

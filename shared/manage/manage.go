// Package manage answers SymmetricKeyService: what callers may see of the keys
// of a store. It reads through the store's administrator, for servers; no
// function links it.
package manage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/semaphore"

	"rekey/shared/api"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/pipeline"
)

// Lister lists the keys that may be seen. An error that wraps ErrUnable says
// what is missing.
type Lister func(context.Context) ([]*keyadmin.Key, error)

// ErrUnable is why keys cannot be listed here at all.
var ErrUnable = errors.New("this server cannot list keys")

// Service answers SymmetricKeyService. It is safe for concurrent use. Errors
// are *api.Error.
type Service struct {
	rules *pipeline.Pipeline
	list  Lister

	looks *semaphore.Weighted // one look at a time; guards what follows
	until time.Time           // when to look again
	keys  []*api.SymmetricKey
	err   error
}

var _ api.Keys = (*Service)(nil)

// New makes a Service whose operations go through the rules.
func New(l Lister, rules *pipeline.Pipeline) *Service {
	return &Service{list: l, rules: rules, looks: semaphore.NewWeighted(1)}
}

// ListKeys returns a page of the keys, in the order of their ids.
func (s *Service) ListKeys(ctx context.Context, c *api.Call, r *api.ListKeysRequest) (*api.ListKeysResponse, error) {
	return pipeline.Do(ctx, s.rules, c, r, s.listKeys)
}

func (s *Service) listKeys(ctx context.Context, _ *api.Call, r *api.ListKeysRequest) (*api.ListKeysResponse, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	size, out := int(cmp.Or(r.PageSize, api.DefaultPageSize)), new(api.ListKeysResponse)
	for _, k := range all {
		switch {
		case string(k.ID) <= r.PageToken, r.FolderID != "" && k.FolderID != "" && k.FolderID != r.FolderID:
			continue
		case len(out.Keys) == size:
			out.NextPageToken = string(out.Keys[size-1].ID)
			return out, nil
		}
		out.Keys = append(out.Keys, k)
	}
	return out, nil
}

// GetKey returns one key.
func (s *Service) GetKey(ctx context.Context, c *api.Call, r *api.GetKeyRequest) (*api.SymmetricKey, error) {
	return pipeline.Do(ctx, s.rules, c, r, s.getKey)
}

func (s *Service) getKey(ctx context.Context, _ *api.Call, r *api.GetKeyRequest) (*api.SymmetricKey, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	i, found := slices.BinarySearchFunc(all, r.KeyID, func(k *api.SymmetricKey, id key.ID) int {
		return cmp.Compare(k.ID, id)
	})
	if !found {
		return nil, api.Errorf(api.NotFound, "no key %s", r.KeyID)
	}
	return all[i], nil
}

const (
	// fresh is how long what was seen is not looked for again, at least: however
	// many ask, a store is asked once a second at most.
	fresh = time.Second
	// listTimeout is how long one listing may take.
	listTimeout = 10 * time.Second
)

// all is every key that may be seen, sorted by id.
func (s *Service) all(ctx context.Context) ([]*api.SymmetricKey, error) {
	if s.looks.Acquire(ctx, 1) != nil { // a connection of who left is another's, though the store hangs
		return nil, api.Errorf(api.Canceled, "the caller cancelled the request")
	}
	defer s.looks.Release(1)
	if time.Now().Before(s.until) {
		return s.keys, s.err
	}
	begun := time.Now()
	// Who looks may leave, and the others wait for the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), listTimeout)
	defer cancel()
	all, err := s.list(ctx)
	s.keys, s.err = nil, nil
	for _, k := range all {
		s.keys = append(s.keys, view(k))
	}
	slices.SortFunc(s.keys, func(a, b *api.SymmetricKey) int { return cmp.Compare(a.ID, b.ID) })
	if err != nil {
		s.keys, s.err = nil, fault(err)
	}
	s.until = time.Now().Add(pause(time.Since(begun)))
	return s.keys, s.err
}

// pause is for how long a store is left in peace after a look that took so
// long: one of Lockbox is a call for each key and more, of the quota that
// encrypting needs too.
func pause(took time.Duration) time.Duration { return min(max(fresh, 10*took), listTimeout) }

func fault(err error) error {
	switch {
	case errors.Is(err, ErrUnable):
		return api.Errorf(api.Unimplemented, "%v", err)
	case errors.Is(err, keyadmin.ErrUnavailable), errors.Is(err, keyadmin.ErrUnseen):
		return api.Errorf(api.Unavailable, "the key store is unavailable: try again").RetryIn(fresh).Because(err)
	}
	return api.Errorf(api.Unavailable, "the key store is unavailable: its operator finds the reason in the log").
		RetryIn(fresh).Because(err)
}

// view is a key as its users see it.
func view(k *keyadmin.Key) *api.SymmetricKey {
	out := &api.SymmetricKey{ID: k.ID, FolderID: k.FolderID, CreatedAt: k.CreatedAt, Name: k.Name, Status: k.Status,
		DefaultAlgorithm: k.DefaultAlgorithm, RotatedAt: k.RotatedAt}
	if v := k.PrimaryVersion; v != nil {
		out.PrimaryVersion = &api.SymmetricKeyVersion{ID: v.ID, KeyID: v.KeyID, Status: v.Status,
			Algorithm: v.Algorithm, CreatedAt: v.CreatedAt, Primary: v.Primary}
	}
	return out
}

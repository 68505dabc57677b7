package lockboxtest

import (
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func (v secretService) ListVersions(ctx context.Context, r *lockbox.ListVersionsRequest) (*lockbox.ListVersionsResponse,
	error) {
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayView)
	if err != nil {
		return nil, err
	}
	var all []*lockbox.Version
	for _, have := range sec.versions {
		all = append(all, have.Version)
	}
	items, next, err := page(all, r)
	return &lockbox.ListVersionsResponse{Versions: items, NextPageToken: next}, err
}

// AddVersion makes a version out of a base version and changes, and makes it
// the current one when the operation is done.
func (v secretService) AddVersion(ctx context.Context, r *lockbox.AddVersionRequest) (*operation.Operation, error) {
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayChange)
	if err != nil {
		return nil, err
	}
	base, err := sec.base(r.GetBaseVersionId())
	if err != nil {
		return nil, err
	}
	added, err := v.s.derive(sec, base, r.GetPayloadEntries(), r.GetDescription())
	if err != nil {
		return nil, err
	}
	metadata := &lockbox.AddVersionMetadata{SecretId: sec.GetId(), VersionId: added.GetId()}
	return v.s.begin(ctx, "Add version", metadata, func() proto.Message {
		sec.add(added)
		return added.Version
	})
}

// base is the version to merge onto, the current one if the id is empty; nil
// if there is none at all.
func (s *secret) base(id string) (*version, error) {
	if id == "" {
		if s.CurrentVersion == nil {
			return nil, nil
		}
		id = s.CurrentVersion.GetId()
	}
	base, err := s.need(id)
	if err == nil && base.GetStatus() != lockbox.Version_ACTIVE {
		return nil, status.Errorf(codes.FailedPrecondition, "base version %s is %s", id, base.GetStatus())
	}
	return base, err
}

// derive is a new version of the secret that is not added yet.
func (s *Server) derive(sec *secret, base *version, changes []*lockbox.PayloadEntryChange,
	description string) (*version, error) {
	if sec.live() >= maxVersions {
		return nil, status.Errorf(codes.ResourceExhausted, "secret %s has %d versions", sec.GetId(), maxVersions)
	}
	var from []*lockbox.Payload_Entry
	if base != nil {
		from = base.entries
	}
	entries, err := merge(from, changes)
	if err != nil {
		return nil, err
	}
	p := sec.GetPasswordPayloadSpecification()
	if p != nil && s.behavior.generates(p.GetPasswordKey(), entries, changes) {
		entries = set(entries, Text(p.GetPasswordKey(), generate(p)))
	}
	if err := checkEntries(entries); err != nil {
		return nil, err
	}
	derived := newVersion(sec.GetId(), newID("e6q"), description, s.clock.stamp(), entries)
	if p != nil {
		derived.PayloadSpecification = &lockbox.Version_PasswordPayloadSpecification{PasswordPayloadSpecification: p}
	}
	return derived, nil
}

// generates tells whether a new version of a generated secret gets a new text.
// Who names the entry among the changes decides about it; who does not gets a
// new one, or in a world that copies, one if the base version has none.
func (b Behavior) generates(key string, merged []*lockbox.Payload_Entry, changes []*lockbox.PayloadEntryChange) bool {
	return !named(changes, key) && (!b.CopyGenerated || index(merged, key) < 0)
}

func (v secretService) SetCurrentVersion(ctx context.Context,
	r *lockbox.SetCurrentVersionRequest) (*operation.Operation, error) {
	if v.s.behavior.NoSetCurrentVersion {
		return nil, status.Error(codes.Unimplemented, "SetCurrentVersion is not available")
	}
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayChange)
	if err != nil {
		return nil, err
	}
	to, err := sec.need(r.GetVersionId())
	if err != nil {
		return nil, err
	}
	if to.GetStatus() != lockbox.Version_ACTIVE {
		return nil, status.Errorf(codes.FailedPrecondition, "version %s is %s", to.GetId(), to.GetStatus())
	}
	metadata := &lockbox.SetCurrentVersionMetadata{SecretId: sec.GetId(), VersionId: to.GetId()}
	return v.s.begin(ctx, "Set current version", metadata, func() proto.Message {
		sec.CurrentVersion = to.Version
		return to.Version
	})
}

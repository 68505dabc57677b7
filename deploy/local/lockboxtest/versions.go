package lockboxtest

import (
	"cmp"
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func (s secretService) ListVersions(
	_ context.Context, r *lockbox.ListVersionsRequest,
) (*lockbox.ListVersionsResponse, error) {
	items, next, err := page(s.Server, s.call.secret.shown(), r)
	return &lockbox.ListVersionsResponse{Versions: items, NextPageToken: next}, err
}

// AddVersion makes a version out of a base version, the current one if the id
// is empty, and changes, and makes it the current one when the operation is
// done.
func (s secretService) AddVersion(_ context.Context, r *lockbox.AddVersionRequest) (*operation.Operation, error) {
	sec := s.call.secret
	var from entries
	if id := cmp.Or(r.GetBaseVersionId(), sec.GetCurrentVersion().GetId()); id != "" {
		base, err := sec.active(id)
		if err != nil {
			return nil, err
		}
		from = base.entries
	}
	added, err := s.derive(sec, from, r.GetPayloadEntries(), r.GetDescription())
	if err != nil {
		return nil, err
	}
	about := &lockbox.AddVersionMetadata{SecretId: sec.GetId(), VersionId: added.GetId()}
	return s.begin(about, func() proto.Message {
		sec.add(added)
		return added.Version
	})
}

// derive is a new version of the secret that is not added yet. A generated
// secret gets a new text; in a world that copies, only if the base version has
// none.
func (s *Server) derive(
	sec *secret, base entries, changes []*lockbox.PayloadEntryChange, description string,
) (*version, error) {
	if sec.live() >= maxVersions {
		return nil, status.Errorf(codes.ResourceExhausted, "secret %s has %d versions", sec.GetId(), maxVersions)
	}
	all, err := base.merge(changes)
	if err != nil {
		return nil, err
	}
	p := sec.GetPasswordPayloadSpecification()
	if p != nil && !(s.behavior.CopyGenerated && all.index(p.GetPasswordKey()) >= 0) {
		text, err := generate(p)
		if err != nil {
			return nil, err
		}
		all = all.set(Text(p.GetPasswordKey(), text))
	}
	return s.newVersion(sec, description, all), all.check()
}

func (s secretService) SetCurrentVersion(
	_ context.Context, r *lockbox.SetCurrentVersionRequest,
) (*operation.Operation, error) {
	sec := s.call.secret
	to, err := sec.active(r.GetVersionId())
	if err != nil {
		return nil, err
	}
	about := &lockbox.SetCurrentVersionMetadata{SecretId: sec.GetId(), VersionId: to.GetId()}
	return s.begin(about, func() proto.Message {
		sec.CurrentVersion = to.Version
		return to.Version
	})
}

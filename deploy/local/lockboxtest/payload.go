package lockboxtest

import (
	"cmp"
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type payloadService struct {
	lockbox.UnimplementedPayloadServiceServer
	*Server
}

// Get gives the payload of a version, of the current one if the id is empty. No
// answer of the real service is published for those that may not be read.
func (s payloadService) Get(_ context.Context, r *lockbox.GetPayloadRequest) (*lockbox.Payload, error) {
	sec := s.call.secret
	refuse := func(set, otherwise codes.Code, why string) (*lockbox.Payload, error) {
		return nil, status.Errorf(cmp.Or(set, otherwise), "secret %s: %s", sec.GetId(), why)
	}
	id := cmp.Or(r.GetVersionId(), sec.GetCurrentVersion().GetId())
	v, err := sec.version(id)
	switch b := s.behavior; {
	case sec.GetStatus() != lockbox.Secret_ACTIVE:
		return refuse(b.InactiveSecret, codes.FailedPrecondition, "is "+sec.GetStatus().String())
	case id == "":
		return refuse(b.NoVersion, codes.FailedPrecondition, "has no version")
	case err != nil:
		return refuse(b.UnknownVersion, codes.NotFound, "has no version "+id)
	case v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION:
		return refuse(b.ScheduledVersion, codes.FailedPrecondition, "version "+id+" is scheduled for destruction")
	case v.GetStatus() == lockbox.Version_DESTROYED:
		return refuse(b.DestroyedVersion, codes.FailedPrecondition, "version "+id+" is destroyed")
	}
	return &lockbox.Payload{VersionId: id, Entries: v.entries}, nil
}

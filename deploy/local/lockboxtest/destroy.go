package lockboxtest

import (
	"context"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// ScheduleVersionDestruction takes the current version as well as any other,
// and a new time for one that is scheduled. No bounds of the pending period are
// published; rekey always gives one.
func (s secretService) ScheduleVersionDestruction(
	_ context.Context, r *lockbox.ScheduleVersionDestructionRequest,
) (*operation.Operation, error) {
	doomed, err := s.call.secret.intact(r.GetVersionId())
	if err != nil {
		return nil, err
	}
	wait := r.GetPendingPeriod()
	if !wait.IsValid() || wait.AsDuration() <= 0 {
		return nil, status.Error(codes.InvalidArgument, "pending_period: is not positive")
	}
	at := timestamppb.New(s.Now().Add(wait.AsDuration()))
	about := &lockbox.ScheduleVersionDestructionMetadata{
		SecretId: doomed.GetSecretId(), VersionId: doomed.GetId(), DestroyAt: at,
	}
	return s.begin(about, func() proto.Message {
		doomed.Status, doomed.DestroyAt = lockbox.Version_SCHEDULED_FOR_DESTRUCTION, at
		return doomed.Version
	})
}

// CancelVersionDestruction takes versions that are scheduled.
func (s secretService) CancelVersionDestruction(
	_ context.Context, r *lockbox.CancelVersionDestructionRequest,
) (*operation.Operation, error) {
	saved, err := s.call.secret.intact(r.GetVersionId())
	if err == nil && saved.GetStatus() == lockbox.Version_ACTIVE {
		err = status.Errorf(codes.FailedPrecondition, "version %s is ACTIVE", saved.GetId())
	}
	if err != nil {
		return nil, err
	}
	about := &lockbox.CancelVersionDestructionMetadata{SecretId: saved.GetSecretId(), VersionId: saved.GetId()}
	return s.begin(about, func() proto.Message {
		saved.Status, saved.DestroyAt = lockbox.Version_ACTIVE, nil
		return saved.Version
	})
}

// intact is a version that is not destroyed yet.
func (s *secret) intact(id string) (*version, error) {
	v, err := s.version(id)
	if err == nil && v.GetStatus() == lockbox.Version_DESTROYED {
		err = status.Errorf(codes.FailedPrecondition, "version %s is destroyed", id)
	}
	return v, err
}

// destroyDue destroys the versions whose time has come; one that Change left
// without a time waits forever. What is left of a version is its metadata.
func (s *Server) destroyDue(now time.Time) {
	for _, sec := range s.secrets {
		for _, v := range sec.versions {
			if at := v.GetDestroyAt(); at != nil && !at.AsTime().After(now) {
				v.Status, v.DestroyAt, v.entries = lockbox.Version_DESTROYED, nil, nil
			}
		}
	}
}

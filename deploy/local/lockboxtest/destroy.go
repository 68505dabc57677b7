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

// defaultPending is documented.
const defaultPending = 7 * 24 * time.Hour

// ScheduleVersionDestruction takes the current version as well as any other,
// and a new time for one that is scheduled.
func (v secretService) ScheduleVersionDestruction(ctx context.Context,
	r *lockbox.ScheduleVersionDestructionRequest) (*operation.Operation, error) {
	sec, doomed, err := v.destructible(ctx, r)
	if err != nil {
		return nil, err
	}
	wait := defaultPending
	if p := r.GetPendingPeriod(); p != nil {
		if wait = p.AsDuration(); !p.IsValid() || wait <= 0 { // no bounds are published
			return nil, status.Error(codes.InvalidArgument, "pending_period: is not positive")
		}
	}
	at := timestamppb.New(v.s.clock.now().Add(wait))
	metadata := &lockbox.ScheduleVersionDestructionMetadata{SecretId: sec.GetId(), VersionId: doomed.GetId(),
		DestroyAt: at}
	return v.s.begin(ctx, "Schedule version destruction", metadata, func() proto.Message {
		doomed.Status, doomed.DestroyAt = lockbox.Version_SCHEDULED_FOR_DESTRUCTION, at
		return doomed.Version
	})
}

func (v secretService) CancelVersionDestruction(ctx context.Context,
	r *lockbox.CancelVersionDestructionRequest) (*operation.Operation, error) {
	sec, saved, err := v.destructible(ctx, r)
	if err != nil {
		return nil, err
	}
	if saved.GetStatus() != lockbox.Version_SCHEDULED_FOR_DESTRUCTION {
		return nil, status.Errorf(codes.FailedPrecondition, "version %s is %s", saved.GetId(), saved.GetStatus())
	}
	metadata := &lockbox.CancelVersionDestructionMetadata{SecretId: sec.GetId(), VersionId: saved.GetId()}
	return v.s.begin(ctx, "Cancel version destruction", metadata, func() proto.Message {
		saved.Status, saved.DestroyAt = lockbox.Version_ACTIVE, nil
		return saved.Version
	})
}

// destructible finds a version that is not destroyed yet.
func (v secretService) destructible(ctx context.Context, r interface {
	GetSecretId() string
	GetVersionId() string
}) (*secret, *version, error) {
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayChange)
	if err != nil {
		return nil, nil, err
	}
	found, err := sec.need(r.GetVersionId())
	if err == nil && found.GetStatus() == lockbox.Version_DESTROYED {
		err = status.Errorf(codes.FailedPrecondition, "version %s is destroyed", found.GetId())
	}
	return sec, found, err
}

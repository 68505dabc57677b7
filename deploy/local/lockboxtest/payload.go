package lockboxtest

import (
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type payloadService struct {
	lockbox.UnimplementedPayloadServiceServer
	s *Server
}

func (p payloadService) Get(ctx context.Context, r *lockbox.GetPayloadRequest) (*lockbox.Payload, error) {
	sec, err := p.s.secret(ctx, r.GetSecretId(), mayRead)
	if err != nil {
		return nil, err
	}
	v, err := p.s.behavior.readable(sec, r.GetVersionId())
	if err != nil {
		return nil, err
	}
	return &lockbox.Payload{VersionId: v.GetId(), Entries: v.entries}, nil
}

// GetEx is Get that finds a secret by its name too. Nothing says that names
// are unique: the oldest secret of that name is the one.
func (p payloadService) GetEx(ctx context.Context, r *lockbox.GetExRequest) (*lockbox.GetExResponse, error) {
	id := r.GetSecretId()
	if by := r.GetFolderAndName(); by != nil {
		id = p.s.named(by)
	}
	sec, err := p.s.secret(ctx, id, mayRead)
	if err != nil {
		return nil, err
	}
	v, err := p.s.behavior.readable(sec, r.GetVersionId())
	if err != nil {
		return nil, err
	}
	answer := &lockbox.GetExResponse{SecretId: sec.GetId(), VersionId: v.GetId(), Entries: map[string][]byte{}}
	for _, e := range v.entries {
		answer.Entries[e.GetKey()] = value(e)
	}
	return answer, nil
}

func (s *Server) named(n *lockbox.FolderAndName) string {
	for _, sec := range s.secrets {
		if sec.GetFolderId() == n.GetFolderId() && sec.GetName() == n.GetSecretName() {
			return sec.GetId()
		}
	}
	return ""
}

// readable is the version whose payload is asked for, the current one if the
// id is empty. No answer of the real service is published for those that may
// not be read.
func (b Behavior) readable(sec *secret, id string) (*version, error) {
	if sec.GetStatus() != lockbox.Secret_ACTIVE {
		return nil, refuse(b.InactiveSecret, codes.FailedPrecondition, "secret %s is %s", sec.GetId(), sec.GetStatus())
	}
	if id == "" {
		if sec.CurrentVersion == nil {
			return nil, refuse(b.NoVersion, codes.FailedPrecondition, "secret %s has no version", sec.GetId())
		}
		id = sec.CurrentVersion.GetId()
	}
	v := sec.version(id)
	switch {
	case v == nil:
		return nil, refuse(b.UnknownVersion, codes.NotFound, "secret %s: no version %s", sec.GetId(), id)
	case v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION:
		return nil, refuse(b.ScheduledVersion, codes.FailedPrecondition, "version %s is scheduled for destruction", id)
	case v.GetStatus() == lockbox.Version_DESTROYED:
		return nil, refuse(b.DestroyedVersion, codes.FailedPrecondition, "version %s is destroyed", id)
	}
	return v, nil
}

func refuse(set, otherwise codes.Code, format string, args ...any) error {
	return status.Errorf(or(set, otherwise), format, args...)
}

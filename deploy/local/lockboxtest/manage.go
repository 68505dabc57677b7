package lockboxtest

import (
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// secretService is SecretService: secrets are here, creating one is in
// create.go, versions are in versions.go and destroy.go, roles in bindings.go,
// operations in operation.go.
type secretService struct {
	lockbox.UnimplementedSecretServiceServer
	s *Server
}

func (v secretService) Get(ctx context.Context, r *lockbox.GetSecretRequest) (*lockbox.Secret, error) {
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayView)
	if err != nil {
		return nil, err
	}
	return sec.Secret, nil
}

// List needs the role on the folder: one on a secret shows nothing here.
func (v secretService) List(ctx context.Context, r *lockbox.ListSecretsRequest) (*lockbox.ListSecretsResponse, error) {
	if !v.s.bindings.has(r.GetFolderId(), caller(ctx), mayView...) {
		return nil, errDenied
	}
	var inFolder []*lockbox.Secret
	for _, sec := range v.s.secrets {
		if sec.GetFolderId() == r.GetFolderId() {
			inFolder = append(inFolder, sec.Secret)
		}
	}
	items, next, err := page(inFolder, r)
	return &lockbox.ListSecretsResponse{Secrets: items, NextPageToken: next}, err
}

func (v secretService) Delete(ctx context.Context, r *lockbox.DeleteSecretRequest) (*operation.Operation, error) {
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayChange)
	if err != nil {
		return nil, err
	}
	if sec.GetDeletionProtection() {
		return nil, status.Errorf(codes.FailedPrecondition, "secret %s is protected from deletion", sec.GetId())
	}
	return v.s.begin(ctx, "Delete secret", &lockbox.DeleteSecretMetadata{SecretId: sec.GetId()}, func() proto.Message {
		v.s.remove(sec)
		return sec.Secret
	})
}

func (v secretService) Activate(ctx context.Context, r *lockbox.ActivateSecretRequest) (*operation.Operation, error) {
	return v.setStatus(ctx, "Activate secret", r.GetSecretId(), lockbox.Secret_ACTIVE,
		&lockbox.ActivateSecretMetadata{SecretId: r.GetSecretId()})
}

func (v secretService) Deactivate(ctx context.Context, r *lockbox.DeactivateSecretRequest) (*operation.Operation,
	error) {
	return v.setStatus(ctx, "Deactivate secret", r.GetSecretId(), lockbox.Secret_INACTIVE,
		&lockbox.DeactivateSecretMetadata{SecretId: r.GetSecretId()})
}

// setStatus changes nothing about a secret that has the status.
func (v secretService) setStatus(ctx context.Context, what, id string, to lockbox.Secret_Status,
	metadata proto.Message) (*operation.Operation, error) {
	sec, err := v.s.secret(ctx, id, mayChange)
	if err != nil {
		return nil, err
	}
	if sec.GetStatus() == lockbox.Secret_CREATING {
		return nil, status.Errorf(codes.FailedPrecondition, "secret %s is being created", id)
	}
	return v.s.begin(ctx, what, metadata, func() proto.Message {
		sec.Status = to
		return sec.Secret
	})
}

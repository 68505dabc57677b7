package lockboxtest

import (
	"context"
	"slices"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// secretService is SecretService: secrets are here, their versions in
// versions.go and destroy.go, operations in operation.go. Who calls, and for
// which secret, is in Server.call.
type secretService struct {
	lockbox.UnimplementedSecretServiceServer
	*Server
}

func (s secretService) Get(context.Context, *lockbox.GetSecretRequest) (*lockbox.Secret, error) {
	return s.call.secret.Secret, nil
}

// List needs the role on the folder: one on a secret shows nothing here.
func (s secretService) List(_ context.Context, r *lockbox.ListSecretsRequest) (*lockbox.ListSecretsResponse, error) {
	var inFolder []*lockbox.Secret
	for _, sec := range s.secrets {
		if sec.GetFolderId() == r.GetFolderId() {
			inFolder = append(inFolder, sec.Secret)
		}
	}
	items, next, err := page(s.Server, inFolder, r)
	return &lockbox.ListSecretsResponse{Secrets: items, NextPageToken: next}, err
}

// Create makes a secret that is CREATING until the operation is done.
func (s secretService) Create(_ context.Context, r *lockbox.CreateSecretRequest) (*operation.Operation, error) {
	sec := &secret{Secret: &lockbox.Secret{
		Id: newID(), FolderId: r.GetFolderId(), CreatedAt: s.stamp(), Name: r.GetName(),
		Description: r.GetDescription(), Status: lockbox.Secret_CREATING,
	}}
	if err := sec.specify(r.GetPasswordPayloadSpecification()); err != nil {
		return nil, err
	}
	entries, generated := r.GetVersionPayloadEntries(), r.GetPasswordPayloadSpecification() != nil
	given := len(entries) > 0 || generated
	wanted := given
	if r.GetCreateVersion() != nil {
		wanted = r.GetCreateVersion().GetValue()
	}
	switch {
	case len(entries) > 0 && generated:
		return nil, status.Error(codes.InvalidArgument,
			"version_payload_entries and password_payload_specification exclude each other")
	case wanted && !given:
		return nil, status.Error(codes.InvalidArgument,
			"create_version: wants version_payload_entries or password_payload_specification")
	case wanted:
		first, err := s.derive(sec, nil, entries, r.GetVersionDescription())
		if err != nil {
			return nil, err
		}
		sec.add(first)
	}
	s.secrets = append(s.secrets, sec)
	about := &lockbox.CreateSecretMetadata{SecretId: sec.GetId(), VersionId: sec.GetCurrentVersion().GetId()}
	return s.begin(about, func() proto.Message {
		sec.Status = lockbox.Secret_ACTIVE
		return sec.Secret
	})
}

// Update changes what the mask names, of what rekey changes: the description
// and what the secret generates. A generated secret may become a user's by it.
func (s secretService) Update(_ context.Context, r *lockbox.UpdateSecretRequest) (*operation.Operation, error) {
	changed := &secret{Secret: proto.Clone(s.call.secret.Secret).(*lockbox.Secret)}
	for _, path := range r.GetUpdateMask().GetPaths() {
		switch path {
		case "description":
			changed.Description = r.GetDescription()
		case "password_payload_specification":
			if err := changed.specify(r.GetPasswordPayloadSpecification()); err != nil {
				return nil, err
			}
		default:
			return nil, status.Errorf(codes.InvalidArgument, "update_mask: unknown path %q", path)
		}
	}
	sec := s.call.secret
	return s.begin(&lockbox.UpdateSecretMetadata{SecretId: sec.GetId()}, func() proto.Message {
		sec.Description, sec.PayloadSpecification = changed.Description, changed.PayloadSpecification
		return sec.Secret
	})
}

// specify sets what the secret generates, or that it generates nothing.
func (s *secret) specify(p *lockbox.PasswordPayloadSpecification) error {
	if s.PayloadSpecification = nil; p == nil {
		return nil
	}
	s.PayloadSpecification = &lockbox.Secret_PasswordPayloadSpecification{PasswordPayloadSpecification: p}
	_, err := generate(p)
	return err
}

func (s secretService) Delete(context.Context, *lockbox.DeleteSecretRequest) (*operation.Operation, error) {
	sec := s.call.secret
	if sec.GetDeletionProtection() {
		return nil, status.Errorf(codes.FailedPrecondition, "secret %s is protected from deletion", sec.GetId())
	}
	return s.begin(&lockbox.DeleteSecretMetadata{SecretId: sec.GetId()}, func() proto.Message {
		s.secrets = slices.DeleteFunc(s.secrets, func(have *secret) bool { return have == sec })
		return sec.Secret
	})
}

func (s secretService) Activate(context.Context, *lockbox.ActivateSecretRequest) (*operation.Operation, error) {
	return s.setStatus(lockbox.Secret_ACTIVE, &lockbox.ActivateSecretMetadata{SecretId: s.call.secret.GetId()})
}

func (s secretService) Deactivate(context.Context, *lockbox.DeactivateSecretRequest) (*operation.Operation, error) {
	return s.setStatus(lockbox.Secret_INACTIVE, &lockbox.DeactivateSecretMetadata{SecretId: s.call.secret.GetId()})
}

// setStatus changes nothing about a secret that has the status.
func (s *Server) setStatus(to lockbox.Secret_Status, about proto.Message) (*operation.Operation, error) {
	sec := s.call.secret
	if sec.GetStatus() == lockbox.Secret_CREATING {
		return nil, status.Errorf(codes.FailedPrecondition, "secret %s is being created", sec.GetId())
	}
	return s.begin(about, func() proto.Message {
		sec.Status = to
		return sec.Secret
	})
}

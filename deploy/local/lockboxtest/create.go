package lockboxtest

import (
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Create makes a secret that is CREATING until the operation is done.
func (v secretService) Create(ctx context.Context, r *lockbox.CreateSecretRequest) (*operation.Operation, error) {
	if !v.s.bindings.has(r.GetFolderId(), caller(ctx), mayChange...) {
		return nil, errDenied
	}
	sec := &secret{Secret: &lockbox.Secret{
		Id: newID("e6q"), FolderId: r.GetFolderId(), CreatedAt: v.s.clock.stamp(), Name: r.GetName(),
		Description: r.GetDescription(),
		Labels:      r.GetLabels(), KmsKeyId: r.GetKmsKeyId(), Status: lockbox.Secret_CREATING,
		DeletionProtection: r.GetDeletionProtection(),
	}}
	if p := r.GetPasswordPayloadSpecification(); p != nil {
		sec.PayloadSpecification = &lockbox.Secret_PasswordPayloadSpecification{PasswordPayloadSpecification: p}
	}
	first, err := v.first(sec, r)
	if err != nil {
		return nil, err
	}
	if first != nil {
		sec.add(first)
	}
	v.s.secrets = append(v.s.secrets, sec)
	metadata := &lockbox.CreateSecretMetadata{SecretId: sec.GetId(), VersionId: sec.GetCurrentVersion().GetId()}
	return v.s.begin(ctx, "Create secret", metadata, func() proto.Message {
		sec.Status = lockbox.Secret_ACTIVE
		return sec.Secret
	})
}

// first is the version that a secret is created with, or nil.
func (v secretService) first(sec *secret, r *lockbox.CreateSecretRequest) (*version, error) {
	entries, p := r.GetVersionPayloadEntries(), r.GetPasswordPayloadSpecification()
	if p != nil {
		if err := checkPassword(p); err != nil {
			return nil, err
		}
	}
	given := len(entries) > 0 || p != nil
	wanted := given
	if r.GetCreateVersion() != nil {
		wanted = r.GetCreateVersion().GetValue()
	}
	switch {
	case len(entries) > 0 && p != nil:
		return nil, status.Error(codes.InvalidArgument, "version_payload_entries and password_payload_specification "+
			"exclude each other")
	case wanted && !given:
		return nil, status.Error(codes.InvalidArgument, "create_version: wants version_payload_entries or "+
			"password_payload_specification")
	case !wanted:
		return nil, nil
	}
	return v.s.derive(sec, nil, entries, r.GetVersionDescription())
}

// Update changes what the mask names.
func (v secretService) Update(ctx context.Context, r *lockbox.UpdateSecretRequest) (*operation.Operation, error) {
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayChange)
	if err != nil {
		return nil, err
	}
	if len(r.GetUpdateMask().GetPaths()) == 0 {
		return nil, status.Error(codes.InvalidArgument, "update_mask: names nothing")
	}
	changed := proto.Clone(sec.Secret).(*lockbox.Secret)
	for _, path := range r.GetUpdateMask().GetPaths() {
		if err := update(changed, r, path); err != nil {
			return nil, err
		}
	}
	return v.s.begin(ctx, "Update secret", &lockbox.UpdateSecretMetadata{SecretId: sec.GetId()}, func() proto.Message {
		sec.Name, sec.Description, sec.Labels = changed.Name, changed.Description, changed.Labels
		sec.DeletionProtection, sec.PayloadSpecification = changed.DeletionProtection, changed.PayloadSpecification
		return sec.Secret
	})
}

func update(sec *lockbox.Secret, r *lockbox.UpdateSecretRequest, path string) error {
	switch path {
	case "name":
		sec.Name = r.GetName()
	case "description":
		sec.Description = r.GetDescription()
	case "labels":
		sec.Labels = r.GetLabels()
	case "deletion_protection":
		sec.DeletionProtection = r.GetDeletionProtection()
	case "password_payload_specification":
		sec.PayloadSpecification = nil // a generated secret becomes a user's
		if p := r.GetPasswordPayloadSpecification(); p != nil {
			sec.PayloadSpecification = &lockbox.Secret_PasswordPayloadSpecification{PasswordPayloadSpecification: p}
			return checkPassword(p)
		}
	default:
		return status.Errorf(codes.InvalidArgument, "update_mask: unknown path %q", path)
	}
	return nil
}

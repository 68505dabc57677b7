package lockboxtest

import (
	"context"
	"slices"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// secret is a secret as it is shown, and its versions with what is not shown.
// CurrentVersion is the very Version of one of them.
type secret struct {
	*lockbox.Secret
	versions []*version // the oldest first
}

type version struct {
	*lockbox.Version
	entries []*lockbox.Payload_Entry
}

// secret finds a secret for a caller with one of the roles, on it or on its
// folder.
func (s *Server) secret(ctx context.Context, id string, roles []string) (*secret, error) {
	sec := s.find(id)
	if sec == nil {
		return nil, status.Errorf(or(s.behavior.UnknownSecret, codes.NotFound),
			"secret %s: not found, or no permission", id)
	}
	who := caller(ctx)
	if !s.bindings.has(id, who, roles...) && !s.bindings.has(sec.GetFolderId(), who, roles...) &&
		!s.bindings.has(sec.GetName(), who, roles...) {
		return nil, errDenied
	}
	return sec, nil
}

func (s *Server) find(id string) *secret {
	for _, sec := range s.secrets {
		if sec.GetId() == id {
			return sec
		}
	}
	return nil
}

func (s *Server) remove(sec *secret) {
	s.secrets = slices.DeleteFunc(s.secrets, func(have *secret) bool { return have == sec })
	delete(s.bindings, sec.GetId())
}

// version is nil if there is none with the id.
func (s *secret) version(id string) *version {
	for _, v := range s.versions {
		if v.GetId() == id {
			return v
		}
	}
	return nil
}

// need is version with an error.
func (s *secret) need(id string) (*version, error) {
	if v := s.version(id); v != nil {
		return v, nil
	}
	return nil, status.Errorf(codes.NotFound, "secret %s: no version %s", s.GetId(), id)
}

// live is how many versions count against the quota: the destroyed do not.
func (s *secret) live() (n int) {
	for _, v := range s.versions {
		if v.GetStatus() != lockbox.Version_DESTROYED {
			n++
		}
	}
	return n
}

// add makes the version the newest and the current one.
func (s *secret) add(v *version) {
	s.versions = append(s.versions, v)
	s.CurrentVersion = v.Version
}

func newVersion(secretID, id, description string, at *timestamppb.Timestamp,
	entries []*lockbox.Payload_Entry) *version {
	v := &version{entries: entries, Version: &lockbox.Version{
		Id: id, SecretId: secretID, CreatedAt: at, Description: description, Status: lockbox.Version_ACTIVE,
	}}
	for _, e := range entries {
		v.PayloadEntryKeys = append(v.PayloadEntryKeys, e.GetKey())
	}
	return v
}

// destroyDue destroys the versions whose time has come; one that Change left
// without a time waits for ever. What is left of a version is its metadata.
func (s *Server) destroyDue(now time.Time) {
	for _, sec := range s.secrets {
		for _, v := range sec.versions {
			scheduled := v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION && v.GetDestroyAt() != nil
			if scheduled && !v.GetDestroyAt().AsTime().After(now) {
				v.Status, v.DestroyAt, v.entries = lockbox.Version_DESTROYED, nil, nil
			}
		}
	}
}

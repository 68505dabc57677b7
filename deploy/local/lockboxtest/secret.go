package lockboxtest

import (
	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// secret is a secret as it is shown, and its versions with what is not shown.
// CurrentVersion is the very Version of one of them.
type secret struct {
	*lockbox.Secret
	versions []*version // the oldest first
}

type version struct {
	*lockbox.Version
	entries entries
}

// find is nil if there is no secret with the id.
func (s *Server) find(id string) *secret {
	for _, sec := range s.secrets {
		if sec.GetId() == id {
			return sec
		}
	}
	return nil
}

// shown are the versions as they are shown.
func (s *secret) shown() (all []*lockbox.Version) {
	for _, v := range s.versions {
		all = append(all, v.Version)
	}
	return all
}

func (s *secret) version(id string) (*version, error) {
	for _, v := range s.versions {
		if v.GetId() == id {
			return v, nil
		}
	}
	return nil, status.Errorf(codes.NotFound, "secret %s: no version %s", s.GetId(), id)
}

// active is a version that must be.
func (s *secret) active(id string) (*version, error) {
	v, err := s.version(id)
	if err == nil && v.GetStatus() != lockbox.Version_ACTIVE {
		err = status.Errorf(codes.FailedPrecondition, "version %s is %s", id, v.GetStatus())
	}
	return v, err
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

// newVersion is a version of the secret that is not added yet.
func (s *Server) newVersion(sec *secret, description string, all entries) *version {
	v := &version{entries: all, Version: &lockbox.Version{
		Id: newID(), SecretId: sec.GetId(), CreatedAt: s.stamp(), Description: description,
		Status: lockbox.Version_ACTIVE,
	}}
	for _, e := range all {
		v.PayloadEntryKeys = append(v.PayloadEntryKeys, e.GetKey())
	}
	return v
}

// add makes the version the newest and the current one.
func (s *secret) add(v *version) {
	s.versions = append(s.versions, v)
	s.CurrentVersion = v.Version
}

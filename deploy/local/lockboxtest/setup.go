package lockboxtest

import (
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// DefaultFolder is the folder of secrets that are set up without one.
const DefaultFolder = "b1g00000000000folder"

// Version is a version to set up: its entries.
type Version []*lockbox.Payload_Entry

// AddSecret sets up a secret, past every check: what is set in template stays
// as it is, even the id, and what a secret must have is filled in; nil is an
// empty template. The last of the versions is the current one.
func (s *Server) AddSecret(template *lockbox.Secret, versions ...Version) (id string, versionIDs []string) {
	s.mu.Lock()
	sec := &secret{Secret: &lockbox.Secret{
		Id: newID(), FolderId: DefaultFolder, CreatedAt: s.stamp(), Status: lockbox.Secret_ACTIVE,
	}}
	if template != nil {
		proto.Merge(sec.Secret, template)
	}
	s.secrets = append(s.secrets, sec)
	s.mu.Unlock()
	for _, v := range versions {
		versionIDs = append(versionIDs, s.AddVersion(sec.GetId(), v))
	}
	return sec.GetId(), versionIDs
}

// AddSpecified sets up a secret as Terraform's provider makes one: with what is
// to be generated under an entry, 64 characters without punctuation, and
// without a version.
func (s *Server) AddSpecified(name, entry string) (id string) {
	id, _ = s.AddSecret(&lockbox.Secret{Name: name,
		PayloadSpecification: &lockbox.Secret_PasswordPayloadSpecification{
			PasswordPayloadSpecification: &lockbox.PasswordPayloadSpecification{
				PasswordKey: entry, Length: 64, IncludePunctuation: wrapperspb.Bool(false)}}})
	return id
}

// AddVersion sets up a version, which becomes the current one.
func (s *Server) AddVersion(secretID string, v Version) (versionID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec := s.mustFind(secretID)
	sec.add(s.newVersion(sec, "", entries(v)))
	return sec.GetCurrentVersion().GetId()
}

// Change edits what is shown of a secret and of its versions, past every
// check: a status, a time, which version is the current one. A secret that
// does not exist is a mistake in the test, and a panic.
func (s *Server) Change(secretID string, edit func(sec *lockbox.Secret, versions []*lockbox.Version)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sec := s.mustFind(secretID)
	edit(sec.Secret, sec.shown())
}

func (s *Server) mustFind(id string) *secret {
	sec := s.find(id)
	if sec == nil {
		panic(fmt.Sprintf("lockboxtest: there is no secret %s", id))
	}
	return sec
}

package lockboxtest

import (
	"maps"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Roles, granted on a secret or on a folder for all secrets in it.
const (
	PayloadViewer = "lockbox.payloadViewer" // payload, and nothing about it
	Viewer        = "lockbox.viewer"        // everything but payload
	Editor        = "lockbox.editor"        // Viewer, and changes
	Admin         = "lockbox.admin"         // Editor and PayloadViewer
)

// reads are the roles of which one is needed to read with a method; all other
// methods of Lockbox need one of changes. That editors may not read what they
// write is documented.
var (
	reads = map[string][]string{
		lockbox.PayloadService_Get_FullMethodName:           {PayloadViewer, Admin},
		lockbox.SecretService_Get_FullMethodName:            {Viewer, Editor, Admin},
		lockbox.SecretService_List_FullMethodName:           {Viewer, Editor, Admin},
		lockbox.SecretService_ListVersions_FullMethodName:   {Viewer, Editor, Admin},
		lockbox.SecretService_ListOperations_FullMethodName: {Viewer, Editor, Admin},
	}
	changes = []string{Editor, Admin}
)

// authorize finds the secret that a request is about, and the caller's role on
// it or on its folder; on the folder that is named, if no secret is. An
// operation is shown to anyone who knows its id.
func (s *Server) authorize(subject, method string, req proto.Message) (*secret, error) {
	var sec *secret
	var on []string
	switch r := req.(type) {
	case *operation.GetOperationRequest:
		return nil, nil
	case interface{ GetSecretId() string }:
		if sec = s.find(r.GetSecretId()); sec == nil {
			return nil, status.Errorf(codes.NotFound, "secret %s: not found, or no permission", r.GetSecretId())
		}
		on = []string{sec.GetId(), sec.GetFolderId(), sec.GetName()}
	case interface{ GetFolderId() string }:
		on = []string{r.GetFolderId()}
	}
	roles, ok := reads[method]
	if !ok {
		roles = changes
	}
	for _, resource := range on {
		for _, role := range roles {
			if s.grants[grant{subject, role, resource}] {
				return sec, nil
			}
		}
	}
	return nil, status.Error(codes.PermissionDenied, "permission denied")
}

// grant is a role of a subject on the id of a secret or a folder, or on the
// name of a secret, for those who know no id yet.
type grant struct{ subject, role, on string }

// Grant gives a service account a role on a secret (its id, or its name, which
// it may get later) or a folder.
func (s *Server) Grant(subject, role, on string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grants[grant{subject, role, on}] = true
}

// Revoke takes a role away; it holds from the next call on.
func (s *Server) Revoke(subject, role, on string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.grants, grant{subject, role, on})
}

// RevokeAll takes all roles away.
func (s *Server) RevokeAll(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.grants, func(g grant, _ bool) bool { return g.subject == subject })
}

package lockboxtest

import (
	"slices"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/access"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Roles, granted on a secret or on a folder for all secrets in it.
const (
	PayloadViewer = "lockbox.payloadViewer" // payload, and nothing about it
	Viewer        = "lockbox.viewer"        // everything but payload
	Auditor       = "lockbox.auditor"       // the same here
	Editor        = "lockbox.editor"        // Viewer, and changes
	Admin         = "lockbox.admin"         // Editor, PayloadViewer, and roles
	TokenCreator  = "iam.serviceAccounts.tokenCreator"
)

// roles are those on secrets and folders.
var roles = []string{Admin, Auditor, Editor, PayloadViewer, Viewer}

// Each kind of right is the list of roles that give it. That an editor may
// not read what he writes is documented.
var (
	mayRead   = []string{PayloadViewer, Admin}
	mayView   = []string{Viewer, Auditor, Editor, Admin}
	mayChange = []string{Editor, Admin}
	mayGrant  = []string{Admin}
)

var errDenied = status.Error(codes.PermissionDenied, "permission denied")

// bindings are who has which role, by the id of a secret, a folder or a
// service account; and by the name of a secret, for who knows no id yet.
type bindings map[string][]*access.AccessBinding

// has reports whether the subject has one of the roles on the resource.
func (b bindings) has(resource, subject string, roles ...string) bool {
	return slices.ContainsFunc(b[resource], func(a *access.AccessBinding) bool {
		return a.GetSubject().GetId() == subject && slices.Contains(roles, a.GetRoleId())
	})
}

func (b bindings) add(resource string, a *access.AccessBinding) {
	b.remove(resource, a) // having a role twice is having it
	b[resource] = append(b[resource], a)
}

func (b bindings) remove(resource string, a *access.AccessBinding) {
	b[resource] = slices.DeleteFunc(b[resource], func(have *access.AccessBinding) bool {
		return have.GetRoleId() == a.GetRoleId() && have.GetSubject().GetId() == a.GetSubject().GetId()
	})
}

func binding(subject, role string) *access.AccessBinding {
	return &access.AccessBinding{RoleId: role, Subject: &access.Subject{Id: subject, Type: "serviceAccount"}}
}

// Grant gives a service account a role on a secret (its id, or its name, which
// it may get later), a folder or, for TokenCreator, another service account.
func (s *Server) Grant(subject, role, resource string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bindings.add(resource, binding(subject, role))
}

// RevokeAll takes all roles on secrets and folders away.
func (s *Server) RevokeAll(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for resource := range s.bindings {
		for _, role := range roles {
			s.bindings.remove(resource, binding(subject, role))
		}
	}
}

// Revoke takes a role away; it holds from the next call on.
func (s *Server) Revoke(subject, role, resource string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bindings.remove(resource, binding(subject, role))
}

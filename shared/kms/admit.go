package kms

import (
	"context"

	"rekey/shared/api"
	"rekey/shared/key"
)

// need is one thing a caller must be allowed: an operation with the key named
// in a field of the request.
type need struct {
	field     string
	key       key.ID
	operation api.Operation
}

// admit does checks 1 to 3. All key ids are checked before any permission, so
// that the order is the same whichever key is at fault. A key id that is
// missing from a malformed request is reported as the malformation that may
// have hidden it.
func (s *Service) admit(ctx context.Context, p api.Principal, malformed error, needs ...need) error {
	if !p.Authenticated() {
		return api.Errorf(api.Unauthenticated, "the caller is not authenticated")
	}
	for _, n := range needs {
		if n.key == "" && malformed != nil {
			return malformed
		}
		if err := api.CheckKeyID(n.field, n.key); err != nil {
			return err
		}
	}
	for _, n := range needs {
		if err := s.authorizer.Authorize(ctx, p, n.operation, n.key); err != nil {
			return err
		}
	}
	return nil
}

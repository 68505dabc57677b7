package cloud

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// keySecret is a service account's key in AWS Secrets Manager. It is read for
// the first token and kept, so that a later one needs no Secrets Manager; a
// read that failed is not. tokens calls it one at a time.
type keySecret struct {
	id   string
	link *Link
	key  *accountKey // nil until it was read
}

// token exchanges the key for a token. A key that was kept and that IAM
// refuses has been rotated, perhaps: the secret is read again, once.
func (s *keySecret) token(ctx context.Context) (token, error) {
	kept := s.key != nil
	if !kept {
		key, err := s.read(ctx)
		if err != nil {
			return token{}, fmt.Errorf("reading the service account's key: %w", err)
		}
		s.key = key
	}
	t, err := exchange(ctx, s.key, s.link)
	if !isRefusal(err) {
		return t, err
	}
	s.key = nil
	if kept {
		return s.token(ctx)
	}
	return token{}, err
}

func (s *keySecret) read(ctx context.Context) (*accountKey, error) {
	data, err := readSecret(ctx, s.id)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	key, err := parseKey(data)
	if err != nil {
		return nil, refusal(noKey(fmt.Sprintf("the secret %q of AWS Secrets Manager", s.id), err).Error())
	}
	return key, nil
}

// isRefusal reports whether our credentials are not accepted, rather than not
// looked at.
func isRefusal(err error) bool {
	switch status.Code(err) {
	case codes.Unauthenticated, codes.PermissionDenied, codes.NotFound, codes.InvalidArgument, codes.FailedPrecondition:
		return true
	}
	return false
}

// refusal is why we have no credentials, and asking again would not give some.
type refusal string

func (r refusal) Error() string { return string(r) }

// GRPCStatus gives it the code that package status finds.
func (r refusal) GRPCStatus() *status.Status { return status.New(codes.Unauthenticated, string(r)) }

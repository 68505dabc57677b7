package lockboxtest

import (
	"context"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/iam/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

type tokenService struct {
	iam.UnimplementedIamTokenServiceServer
	s *Server
}

// Create exchanges the JWT of a service account's key. There are no users
// here, so OAuth tokens are nobody's.
func (t tokenService) Create(_ context.Context, r *iam.CreateIamTokenRequest) (*iam.CreateIamTokenResponse, error) {
	if r.GetJwt() == "" {
		return nil, status.Error(codes.Unauthenticated, "OAuth tokens are not accepted here: use the key of a "+
			"service account")
	}
	subject, err := t.s.iam.verify(r.GetJwt(), t.s.clock.base())
	if err != nil {
		return nil, status.Errorf(codes.Unauthenticated, "JWT: %v", err)
	}
	return t.answer(subject), nil
}

// CreateForServiceAccount needs the role of a token creator on the account.
func (t tokenService) CreateForServiceAccount(ctx context.Context,
	r *iam.CreateIamTokenForServiceAccountRequest) (*iam.CreateIamTokenResponse, error) {
	if !t.s.bindings.has(r.GetServiceAccountId(), caller(ctx), TokenCreator) {
		return nil, errDenied
	}
	return t.answer(r.GetServiceAccountId()), nil
}

func (t tokenService) answer(subject string) *iam.CreateIamTokenResponse {
	value, issued := t.s.issue(subject)
	return &iam.CreateIamTokenResponse{IamToken: value, ExpiresAt: timestamppb.New(issued.expires)}
}

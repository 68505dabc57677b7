package lockboxtest

import (
	"context"
	"slices"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// pending is an operation, until it is done with what is left to do.
type pending struct {
	*operation.Operation
	secret string // the id of the one that it is about
	due    time.Time
	failed *status.Status       // the result, if it is not OK
	apply  func() proto.Message // makes the change and returns the response
}

type faultKey struct{}

func withFault(ctx context.Context, f Fault) context.Context {
	return context.WithValue(ctx, faultKey{}, f)
}

// begin starts an operation. What can be refused was refused
// before: apply only makes the change, now or when the delay is over.
func (s *Server) begin(ctx context.Context, what string, metadata proto.Message,
	apply func() proto.Message) (*operation.Operation, error) {
	about, err := anypb.New(metadata)
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	now := s.clock.stamp()
	op := &pending{
		Operation: &operation.Operation{
			Id: newID("e6q"), Description: what, CreatedAt: now, CreatedBy: caller(ctx), ModifiedAt: now,
			Metadata: about,
		},
		secret: secretOf(metadata),
		due:    s.clock.now().Add(s.behavior.OperationDelay),
		apply:  apply,
	}
	if f, ok := ctx.Value(faultKey{}).(Fault); ok && f.Operation {
		op.failed = f.status()
	}
	s.operations = append(s.operations, op)
	s.settle()
	return op.Operation, nil
}

// settle does what time does: it ends the operations whose time has come, in
// their order, and destroys versions. It runs before every call, so nothing
// has to run between calls.
func (s *Server) settle() {
	now := s.clock.now()
	for _, op := range s.operations {
		if !op.Done && !op.due.After(now) {
			op.finish()
			op.ModifiedAt = s.clock.stamp()
		}
	}
	s.destroyDue(now)
}

func (p *pending) finish() {
	p.Done = true
	if p.failed != nil && p.failed.Code() != codes.OK {
		p.Result = &operation.Operation_Error{Error: p.failed.Proto()}
		return
	}
	response, err := anypb.New(p.apply())
	if err != nil {
		p.Result = &operation.Operation_Error{Error: status.New(codes.Internal, err.Error()).Proto()}
		return
	}
	p.Result = &operation.Operation_Response{Response: response}
}

type operationService struct {
	operation.UnimplementedOperationServiceServer
	s *Server
}

// Get shows an operation to whoever knows its id.
func (v operationService) Get(_ context.Context, r *operation.GetOperationRequest) (*operation.Operation, error) {
	for _, op := range v.s.operations {
		if op.GetId() == r.GetOperationId() {
			return op.Operation, nil
		}
	}
	return nil, status.Error(codes.NotFound, "no such operation")
}

// ListOperations shows what was done to a secret, the newest first. An
// operation that begins between two pages moves the others on: then one of
// them is on both.
func (v secretService) ListOperations(ctx context.Context,
	r *lockbox.ListSecretOperationsRequest) (*lockbox.ListSecretOperationsResponse, error) {
	if v.s.behavior.NoListOperations {
		return nil, status.Error(codes.Unimplemented, "ListOperations is not available")
	}
	sec, err := v.s.secret(ctx, r.GetSecretId(), mayView)
	if err != nil {
		return nil, err
	}
	var all []*operation.Operation
	for _, op := range slices.Backward(v.s.operations) {
		if op.secret == sec.GetId() {
			all = append(all, op.Operation)
		}
	}
	items, next, err := page(all, r)
	return &lockbox.ListSecretOperationsResponse{Operations: items, NextPageToken: next}, err
}

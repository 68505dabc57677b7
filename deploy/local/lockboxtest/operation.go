package lockboxtest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
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

// begin starts an operation. What can be refused was refused before: apply only
// makes the change, now or when the delay is over.
func (s *Server) begin(about proto.Message, apply func() proto.Message) (*operation.Operation, error) {
	metadata, err := anypb.New(about)
	if err != nil {
		return nil, err
	}
	now := s.stamp()
	op := &pending{
		Operation: &operation.Operation{Id: newID(), CreatedAt: now, ModifiedAt: now, Metadata: metadata},
		secret:    secretOf(about), due: s.Now().Add(s.behavior.OperationDelay), apply: apply,
	}
	if s.call.fault.Operation {
		op.failed = s.call.fault.status()
	}
	s.operations = append(s.operations, op)
	s.settle()
	return op.Operation, nil
}

// settle does what time does: it ends the operations whose time has come, in
// their order, and destroys versions. It runs before every call, so nothing
// has to run between calls.
func (s *Server) settle() {
	now := s.Now()
	for _, op := range s.operations {
		if !op.Done && !op.due.After(now) {
			op.finish()
			op.ModifiedAt = s.stamp()
		}
	}
	s.destroyDue(now)
}

func (p *pending) finish() {
	p.Done = true
	if p.failed.Code() == codes.OK {
		response, err := anypb.New(p.apply())
		p.Result, p.failed = &operation.Operation_Response{Response: response}, status.Convert(err)
	}
	if p.failed.Code() != codes.OK {
		p.Result = &operation.Operation_Error{Error: p.failed.Proto()}
	}
}

type operationService struct {
	operation.UnimplementedOperationServiceServer
	*Server
}

func (s operationService) Get(_ context.Context, r *operation.GetOperationRequest) (*operation.Operation, error) {
	for _, op := range s.operations {
		if op.GetId() == r.GetOperationId() {
			return op.Operation, nil
		}
	}
	return nil, status.Error(codes.NotFound, "no such operation")
}

// ListOperations shows what was done to a secret, the newest first. An
// operation that begins between two pages moves the others on: then one of
// them is on both.
func (s secretService) ListOperations(
	_ context.Context, r *lockbox.ListSecretOperationsRequest,
) (*lockbox.ListSecretOperationsResponse, error) {
	var all []*operation.Operation
	for _, op := range slices.Backward(s.operations) {
		if op.secret == s.call.secret.GetId() {
			all = append(all, op.Operation)
		}
	}
	items, next, err := page(s.Server, all, r)
	return &lockbox.ListSecretOperationsResponse{Operations: items, NextPageToken: next}, err
}

// page cuts the page that was asked for out of all items, of 100 if no size is
// said. The token is where it begins.
func page[T any](s *Server, all []T, r interface {
	GetPageSize() int64
	GetPageToken() string
}) (items []T, next string, err error) {
	from, err := strconv.Atoi(cmp.Or(r.GetPageToken(), "0"))
	if err != nil || from < 0 || from > len(all) || r.GetPageSize() < 0 {
		return nil, "", status.Error(codes.InvalidArgument, "page_size or page_token: not one that this server gave")
	}
	size := min(cmp.Or(r.GetPageSize(), 100), cmp.Or(s.behavior.MaxPage, 1000))
	to := min(len(all), from+int(size))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next, nil
}

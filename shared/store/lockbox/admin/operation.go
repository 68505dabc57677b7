package admin

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"rekey/shared/keyadmin"
)

const (
	// An operation is looked at after firstPoll, and then ever less often, at
	// least every longestPoll.
	firstPoll   = 100 * time.Millisecond
	longestPoll = 2 * time.Second
	// operationTime is how long an operation may take if the caller sets no
	// limit. Those of Lockbox take a second.
	operationTime = 5 * time.Minute
)

// wait waits until an operation is done, and returns it. A failed one is an
// error.
func (a *Admin) wait(ctx context.Context, what string, op *operation.Operation) (*operation.Operation, error) {
	if !op.GetDone() && a.Waiting != nil {
		defer a.Waiting(what)()
	}
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	for look := firstPoll; !op.GetDone(); look = min(2*look, longestPoll) {
		select {
		case <-time.After(look/2 + rand.N(look/2)):
		case <-ctx.Done():
		}
		next, err := a.operation(ctx, op.GetId())
		if ctx.Err() != nil {
			return nil, begun{fmt.Errorf("%w: operation %s of Lockbox, to %s, is still under way and may yet "+
				"succeed: %w", keyadmin.ErrUnavailable, op.GetId(), what, ctx.Err())}
		}
		if err != nil {
			return nil, begun{fmt.Errorf("operation %s of Lockbox, to %s, was begun, and what became of it is not "+
				"known: %w", op.GetId(), what, err)}
		}
		op = next
	}
	if failed := op.GetError(); failed != nil {
		err := translate(context.Background(), status.FromProto(failed).Err())
		if f := (*fault)(nil); errors.As(err, &f) {
			f.final = true
		}
		return nil, fmt.Errorf("to %s: operation %s: %w", what, op.GetId(), err)
	}
	return op, nil
}

func (a *Admin) operation(ctx context.Context, id string) (op *operation.Operation, err error) {
	one, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err = a.link.Read(one, operations, func(ctx context.Context, c grpc.ClientConnInterface) (err error) {
		op, err = operation.NewOperationServiceClient(c).Get(ctx, &operation.GetOperationRequest{OperationId: id})
		return err
	})
	return op, translate(one, err)
}

// about reads the metadata of an operation.
func about[M proto.Message](op *operation.Operation, m M) (M, error) {
	if err := op.GetMetadata().UnmarshalTo(m); err != nil {
		return m, fmt.Errorf("operation %s of Lockbox does not say what it made: %w", op.GetId(), err)
	}
	return m, nil
}

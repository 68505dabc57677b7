package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

// callTimeout is how long one call may take, its repetitions included, if the
// caller sets no limit: somebody is waiting.
const callTimeout = 10 * time.Second

// read asks SecretService. The request is repeated as long as that helps.
func read[Q, A any](ctx context.Context, a *Admin, call func(lockbox.SecretServiceClient, context.Context, Q,
	...grpc.CallOption) (A, error), q Q) (answer A, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err = a.link.Read(ctx, secrets, func(ctx context.Context, c grpc.ClientConnInterface) (err error) {
		answer, err = call(lockbox.NewSecretServiceClient(c), ctx, q)
		return err
	})
	return answer, translate(ctx, err)
}

// payloadOf reads a version's payload.
func (a *Admin) payloadOf(ctx context.Context, secret, version string) (p *lockbox.Payload, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err = a.link.Read(ctx, payloads, func(ctx context.Context, c grpc.ClientConnInterface) (err error) {
		p, err = lockbox.NewPayloadServiceClient(c).Get(ctx,
			&lockbox.GetPayloadRequest{SecretId: secret, VersionId: version})
		return err
	})
	return p, translate(ctx, err)
}

// caller is a method of SecretService that begins a change.
type caller[Q any] func(lockbox.SecretServiceClient, context.Context, Q, ...grpc.CallOption) (*operation.Operation,
	error)

// change has SecretService change something, once, and waits until it is done.
// It returns the operation, whose metadata names what it made.
func change[Q any](ctx context.Context, a *Admin, what string, call caller[Q], q Q) (*operation.Operation, error) {
	op, err := begin(ctx, a, what, call, q)
	if err != nil {
		return nil, err
	}
	return a.wait(ctx, what, op)
}

// begin is change that does not wait.
func begin[Q any](ctx context.Context, a *Admin, what string, call caller[Q], q Q) (*operation.Operation, error) {
	var op *operation.Operation
	one, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := one.Err(); err != nil { // before anything is changed
		return nil, translate(one, status.FromContextError(err).Err())
	}
	err := a.link.Write(one, secrets, func(ctx context.Context, c grpc.ClientConnInterface) (err error) {
		op, err = call(lockbox.NewSecretServiceClient(c), ctx, q)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("to %s: %w", what, translate(one, err))
	}
	return op, nil
}

// fault is what Lockbox did not do. It keeps the status, so that codes that
// mean something to a caller can be told apart.
type fault struct {
	sentinel error // of keyadmin; nil if none fits
	status   *status.Status
	advice   string
	final    bool // it was not done, whatever the code
	late     bool // the time was over, which callers know as context.DeadlineExceeded
}

// lost reports whether it may have been done: only the answer is missing.
func (f *fault) lost() bool {
	return f.sentinel == keyadmin.ErrUnavailable && f.status.Code() != codes.ResourceExhausted && !f.final
}

func (f *fault) Error() string {
	text := plain.Text(f.status.Message()) // whatever Lockbox says
	switch {
	case f.late && text == context.DeadlineExceeded.Error():
		text = f.sentinel.Error() + ": it took too long"
	case f.sentinel == keyadmin.ErrUnavailable && !f.lost(): // there was one, and it is no
		text = "not done: " + text
	case f.sentinel != nil:
		text = f.sentinel.Error() + ": " + text
	}
	if f.advice != "" {
		text += ": " + f.advice
	}
	return "Lockbox: " + text
}

func (f *fault) Unwrap() []error {
	if f.late {
		return []error{f.sentinel, context.DeadlineExceeded}
	}
	return []error{f.sentinel}
}

// meanings are what codes mean to an administrator.
var meanings = map[codes.Code]struct {
	sentinel error
	advice   string
}{
	codes.NotFound:           {keyadmin.ErrNotFound, ""},
	codes.InvalidArgument:    {keyadmin.ErrInvalid, ""},
	codes.AlreadyExists:      {keyadmin.ErrExists, ""},
	codes.FailedPrecondition: {keyadmin.ErrRefused, ""},
	codes.PermissionDenied: {keyadmin.ErrDenied,
		"these credentials need lockbox.admin on the folder, or lockbox.editor and lockbox.payloadViewer " +
			"(docs/lockbox.md); for an id that does not exist the answer may be the same"},
	codes.Unauthenticated: {keyadmin.ErrUnauthenticated,
		"see that the service account exists and that REKEY_SA_KEY_FILE, REKEY_SA_KEY_SECRET or REKEY_IAM_TOKEN is " +
			"still valid"},
	codes.ResourceExhausted: {keyadmin.ErrUnavailable, "a quota is used up: wait, or ask for a higher one"},
	codes.Unavailable:       {keyadmin.ErrUnavailable, ""},
	codes.DeadlineExceeded:  {keyadmin.ErrUnavailable, ""},
	codes.Internal:          {keyadmin.ErrUnavailable, ""},
	codes.Unknown:           {keyadmin.ErrUnavailable, ""},
	codes.Aborted:           {keyadmin.ErrUnavailable, "somebody else was changing the secret: try again"},
	codes.Canceled:          {keyadmin.ErrUnavailable, ""},
}

// translate gives an error of gRPC the sentinel it means. The end of a
// caller's own context is that.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() == context.Canceled {
		return fmt.Errorf("%w: %w", keyadmin.ErrUnavailable, ctx.Err())
	}
	m := meanings[status.Code(err)]
	return &fault{sentinel: m.sentinel, status: status.Convert(err), advice: m.advice,
		late: status.Code(err) == codes.DeadlineExceeded}
}

// codeOf is the code that Lockbox answered.
func codeOf(err error) codes.Code {
	if f := (*fault)(nil); errors.As(err, &f) {
		return f.status.Code()
	}
	return codes.OK
}

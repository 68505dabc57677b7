package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"

	"rekey/shared/keyadmin"
)

// verifyTimeout is how long the look after a change may take if the caller's
// time is over: the result should be known.
const verifyTimeout = 5 * time.Second

// promise is one change of a key, and what is true of the key when it is done.
type promise struct {
	id string
	do func(context.Context) (*operation.Operation, error)
	// kept is nil, or what is otherwise.
	kept func(*state) error
}

// keep makes a change, and looks at the key again: what it shows counts. A
// change whose answer was lost is made if the key shows it, and one that was
// confirmed is an error, ErrDiffers, if somebody has changed the key in between.
// With ErrDiffers comes the state, unless the key cannot be seen.
func (a *Admin) keep(ctx context.Context, p promise) (*state, error) {
	_, err := p.do(ctx)
	if err != nil && !unsure(err) {
		return nil, fmt.Errorf("key %s: %w", p.id, err)
	}
	s, seen := a.after(ctx, p.id, err)
	kept := seen
	if seen == nil {
		kept = p.kept(s)
	}
	switch {
	case kept == nil:
		return s, nil
	case err == nil && seen != nil:
		return nil, differs(p.id, "Lockbox says that it was changed, and does not show it: %w", seen)
	case err == nil:
		return s, differs(p.id, "%w", kept)
	case seen != nil:
		return nil, fmt.Errorf("key %s: %w; whether it was made could not be seen: %w", p.id, err, seen)
	}
	return nil, fmt.Errorf("key %s: %w; so far it was not made (%w): look again with `rekey keys get %[1]s` before "+
		"you repeat it", p.id, err, kept)
}

// after looks at a key that has just been changed, though the caller's time be
// over. If the answer to the change was lost (err), what is under way is waited
// for first.
func (a *Admin) after(ctx context.Context, id string, err error) (*state, error) {
	if err != nil && ctx.Err() == nil {
		a.waitOperations(ctx, id)
	}
	if ctx.Err() == nil {
		return a.look(ctx, id)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), verifyTimeout)
	defer cancel()
	return a.look(ctx, id)
}

// waitOperations waits for the operations on a secret that Lockbox lists.
func (a *Admin) waitOperations(ctx context.Context, secret string) {
	page, err := read(ctx, a, lockbox.SecretServiceClient.ListOperations,
		&lockbox.ListSecretOperationsRequest{SecretId: secret, PageSize: pageSize})
	if err != nil {
		return // then the key shows what it shows
	}
	for _, op := range page.GetOperations() {
		if !op.GetDone() {
			_, _ = a.wait(ctx, "change the secret", op) // its end is what counts
		}
	}
}

// differs says what is not as asked for.
func differs(id, format string, args ...any) error {
	return fmt.Errorf("%w: key %s: %w", keyadmin.ErrDiffers, id, fmt.Errorf(format, args...))
}

// begun is the error of a change that Lockbox has begun.
type begun struct{ error }

func (b begun) Unwrap() error { return b.error }

// unsure reports whether a change that failed may have been made.
func unsure(err error) bool {
	f := (*fault)(nil)
	switch {
	case errors.As(err, new(begun)):
		return true
	case errors.As(err, &f):
		return f.lost()
	}
	return errors.Is(err, keyadmin.ErrUnavailable)
}

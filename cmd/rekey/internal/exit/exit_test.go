package exit

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"rekey/shared/api"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
)

func TestExitStatus(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("anything"), 1},
		{os.ErrNotExist, 1},
		{Usagef("wrong"), 2},
		{fmt.Errorf("while reading: %w", Usagef("wrong")), 2},
		{keyadmin.ErrInvalid, 3},
		{fmt.Errorf("%w: no key", keyadmin.ErrNotFound), 4},
		{Missing(os.ErrNotExist), 4},
		{keyadmin.ErrRefused, 5},
		{keyadmin.ErrExists, 6},
		{keyadmin.ErrDenied, 7},
		{keyadmin.ErrUnavailable, 8},
		{api.Errorf(api.InvalidArgument, ""), 3},
		{api.Errorf(api.OutOfRange, ""), 3},
		{api.Errorf(api.NotFound, ""), 4},
		{api.Errorf(api.FailedPrecondition, ""), 5},
		{api.Errorf(api.AlreadyExists, ""), 6},
		{api.Errorf(api.PermissionDenied, ""), 7},
		{api.Errorf(api.Unauthenticated, ""), 7},
		{api.Errorf(api.Unavailable, ""), 8},
		{api.Errorf(api.DeadlineExceeded, ""), 8},
		{api.Errorf(api.ResourceExhausted, ""), 8},
		{api.Errorf(api.Internal, "").Because(keyadmin.ErrNotFound), 1},
		{api.Errorf(api.Unknown, ""), 1},
	} {
		if got := Status(c.err); got != c.want {
			t.Errorf("%v: exit status %d, want %d", c.err, got, c.want)
		}
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("the disk is full"), "the disk is full"},
		{api.Errorf(api.NotFound, "no key k1").Because(keyring.ErrNoKey), "no key k1"},
		{api.Errorf(api.Internal, "internal error").Because(errors.New("no randomness")), "no randomness"},
		{api.Errorf(api.Internal, "internal error (request id 7)"), "internal error (request id 7)"},
		{api.Errorf(api.InvalidArgument, "Bad ciphertext: it was made by key k2"),
			"Bad ciphertext: it was made by key k2"},
		{api.Errorf(api.InvalidArgument, "Bad ciphertext"), "Bad ciphertext: the AAD is not the one it was encrypted " +
			"with, or it was changed since"},
		{api.Errorf(api.FailedPrecondition, "key k1 is INACTIVE").Because(keyring.ErrKeyInactive),
			"key k1 is INACTIVE: `rekey keys enable` lets it encrypt and decrypt again"},
	} {
		if got := Text(c.err); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

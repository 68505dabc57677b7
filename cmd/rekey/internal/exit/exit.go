// Package exit is the end of a command that failed: its exit status, which is
// for scripts, and what standard error says, which is for people.
package exit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"

	"rekey/shared/api"
	"rekey/shared/boot/admin"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/passphrase"
)

// Exit statuses, one a kind of failure: those of api.Code.Exit, and some of this
// program's. `rekey help exit` says what they mean.
const (
	Failure   = 1
	Usage     = 2
	Invalid   = 3
	NotFound  = 4
	Refused   = 5
	Exists    = 6
	Forbidden = 7
	Retry     = 8
)

// failure is an error with its own exit status.
type failure struct {
	error
	status int
}

func (f failure) Unwrap() error { return f.error }

// With gives an error an exit status; nil stays nil.
func With(status int, err error) error {
	if err == nil {
		return nil
	}
	return failure{err, status}
}

// Usagef is a wrong command line.
func Usagef(format string, args ...any) error {
	return With(Usage, fmt.Errorf(format, args...))
}

// Setting gives what is wrong with a setting its exit status: if a file is
// missing, that is not a mistake of the command line.
func Setting(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return With(Usage, err)
}

// Missing gives a keyring that is missing its exit status.
func Missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return With(NotFound, err)
	}
	return err
}

// Status picks the exit status of an error.
func Status(err error) int {
	var f failure
	var e *api.Error
	switch {
	case errors.As(err, &f):
		return f.status
	case errors.As(err, &e):
		if cause := ownCause(e); cause != nil {
			return causeStatus(cause)
		}
		return e.Code.Exit()
	}
	return cmp.Or(sentinelStatus(err), Failure)
}

// sentinelStatus is the status of the first sentinel that an error is, or 0.
func sentinelStatus(err error) int {
	for _, row := range sentinels {
		switch {
		case !errors.Is(err, row.is):
		case row.is == keyadmin.ErrUnavailable:
			return unanswered(err)
		default:
			return row.status
		}
	}
	return 0
}

var sentinels = []struct {
	is     error
	status int
}{
	{keyadmin.ErrDiffers, Retry}, // first: its cause may be any other
	{keyadmin.ErrUnseen, Retry},
	{admin.ErrNoFolder, Usage}, // before what it is besides
	{keyadmin.ErrInvalid, Invalid},
	{keyadmin.ErrNotFound, NotFound},
	{keyadmin.ErrRefused, Refused},
	{keyadmin.ErrExists, Exists},
	{keyadmin.ErrDenied, Forbidden},
	{keyadmin.ErrUnavailable, Retry},
	{keyadmin.ErrConflict, Retry},
	{passphrase.ErrMissing, Usage},
	{passphrase.ErrPlain, Usage},
	{passphrase.ErrWrong, Forbidden},
}

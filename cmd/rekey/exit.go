package main

import (
	"errors"
	"fmt"

	"rekey/shared/api"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/passphrase"
)

// Exit statuses, one a kind of failure, for scripts.
const (
	exitFailure   = 1
	exitUsage     = 2
	exitInvalid   = 3
	exitNotFound  = 4
	exitRefused   = 5
	exitExists    = 6
	exitForbidden = 7
	exitRetry     = 8

	exitInterrupted = 130 // as shells have it of SIGINT
)

const exitHelp = `
Exit status:
  0  done
  1  failed for a reason of this machine: a file, a network, a damaged keyring;
     or keys check found something
  2  the command line or the environment is wrong
  3  invalid input, or a ciphertext that does not open
  4  no such key, version or keyring
  5  the state of the key or version forbids it, or a rule that --force waives
  6  it exists already
  7  not allowed
  8  the key store did not answer, or not about every key, somebody else changed
     the keyring at the same time, or too many requests: try again; or a key is
     otherwise than asked for, as somebody else has changed it: look first
  128 + N  ended by signal N, such as 130 by Ctrl-C and 143 by SIGTERM: what a
     change had begun is undone, or said; 141: nobody reads the output any more
`

// failure is an error with an exit status of its own.
type failure struct {
	error
	status int
}

func (f failure) Unwrap() error { return f.error }

// usagef is a wrong command line.
func usagef(format string, args ...any) error {
	return failure{fmt.Errorf(format, args...), exitUsage}
}

// exitStatus picks the status of an error.
func exitStatus(err error) int {
	var f failure
	var e *api.Error
	switch {
	case errors.As(err, &f):
		return f.status
	case errors.As(err, &e):
		if cause := ownCause(e); cause != nil {
			return causeStatus(cause)
		}
		return statusOf(e.Code)
	}
	for _, row := range adminStatuses {
		if errors.Is(err, row.is) {
			if row.is == keyadmin.ErrUnavailable && lasting.MatchString(err.Error()) {
				return exitFailure
			}
			return row.status
		}
	}
	return exitFailure
}

var adminStatuses = []struct {
	is     error
	status int
}{
	{keyadmin.ErrDiffers, exitRetry}, // first: its cause may be any other
	{keyadmin.ErrUnseen, exitRetry},
	{keyadmin.ErrInvalid, exitInvalid},
	{keyadmin.ErrNotFound, exitNotFound},
	{keyadmin.ErrRefused, exitRefused},
	{keyadmin.ErrExists, exitExists},
	{keyadmin.ErrDenied, exitForbidden},
	{keyadmin.ErrUnavailable, exitRetry},
	{keyadmin.ErrConflict, exitRetry},
	{passphrase.ErrMissing, exitUsage},
	{passphrase.ErrPlain, exitUsage},
	{passphrase.ErrWrong, exitForbidden},
}

func statusOf(c api.Code) int {
	switch c {
	case api.InvalidArgument, api.OutOfRange:
		return exitInvalid
	case api.NotFound:
		return exitNotFound
	case api.FailedPrecondition:
		return exitRefused
	case api.AlreadyExists:
		return exitExists
	case api.PermissionDenied, api.Unauthenticated:
		return exitForbidden
	case api.Unavailable, api.DeadlineExceeded, api.ResourceExhausted:
		return exitRetry
	}
	return exitFailure
}

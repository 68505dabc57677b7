package main

import (
	"errors"
	"fmt"

	"rekey/shared/api"
	"rekey/shared/boot/admin"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/passphrase"
)

// Exit statuses, one a kind of failure, for scripts: those of api.Code.Exit, and
// some of this program's. exitTopic says what they mean.
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
		return e.Code.Exit()
	}
	for _, row := range adminStatuses {
		if errors.Is(err, row.is) {
			if row.is == keyadmin.ErrUnavailable {
				return unanswered(err)
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
	{admin.ErrNoFolder, exitUsage}, // before what it is besides
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

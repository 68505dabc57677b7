package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"rekey/shared/api"
	"rekey/shared/keyadmin"
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
)

const exitHelp = `
Exit status:
  0  done
  1  failed for a reason of this machine: a file, a network, a damaged keyring
  2  the command line or the environment is wrong
  3  invalid input, or a ciphertext that does not open
  4  no such key, version or keyring
  5  the state of the key or version forbids it, or a rule that --force waives
  6  it exists already
  7  not allowed
  8  the key store did not answer, or too many requests: try again
`

// usage is a wrong command line.
type usage struct{ message string }

func (u usage) Error() string { return u.message }

func usagef(format string, args ...any) error { return usage{fmt.Sprintf(format, args...)} }

// exitStatus picks the status of an error.
func exitStatus(err error) int {
	var u usage
	var e *api.Error
	switch {
	case errors.As(err, &u), cobraUsage(err):
		return exitUsage
	case errors.As(err, &e):
		return statusOf(e.Code)
	}
	for _, row := range adminStatuses {
		if errors.Is(err, row.is) {
			return row.status
		}
	}
	return exitFailure
}

// cobraUsage recognises cobra's own complaints, which have no type.
func cobraUsage(err error) bool {
	for _, start := range []string{"unknown command", "required flag", "if any flags in the group"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

var adminStatuses = []struct {
	is     error
	status int
}{
	{keyadmin.ErrInvalid, exitInvalid},
	{keyadmin.ErrNotFound, exitNotFound},
	{keyadmin.ErrRefused, exitRefused},
	{keyadmin.ErrExists, exitExists},
	{fs.ErrNotExist, exitNotFound},
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

// explain is what stderr says of an error: the message alone for the API's,
// with the cause for an INTERNAL, which here is the operator's own.
func explain(err error) string {
	var e *api.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	if cause := e.Unwrap(); cause != nil && e.Code == api.Internal {
		return cause.Error()
	}
	return e.Message
}

package api

import (
	"errors"
	"fmt"
	"time"
)

// Code is a google.rpc.Code, by its gRPC number.
type Code uint32

// The codes, as in google/rpc/code.proto.
const (
	OK                 Code = 0
	Canceled           Code = 1
	Unknown            Code = 2
	InvalidArgument    Code = 3
	DeadlineExceeded   Code = 4
	NotFound           Code = 5
	AlreadyExists      Code = 6
	PermissionDenied   Code = 7
	ResourceExhausted  Code = 8
	FailedPrecondition Code = 9
	Aborted            Code = 10
	OutOfRange         Code = 11
	Unimplemented      Code = 12
	Internal           Code = 13
	Unavailable        Code = 14
	DataLoss           Code = 15
	Unauthenticated    Code = 16
)

var codeNames = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
	"UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// String is the name in google/rpc/code.proto.
func (c Code) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("CODE(%d)", uint32(c))
}

// Error is what an operation answers instead of a response. Code and Message
// are the caller's; the cause is for the operator's log and leaves the
// service only there.
type Error struct {
	Code    Code
	Message string
	// RetryAfter is when a retry may succeed; 0 if it cannot.
	RetryAfter time.Duration
	// Status is HTTP's, where it says more than that of the code; 0 otherwise.
	Status int
	cause  error
}

// Errorf makes an Error with a message for the caller.
func Errorf(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Message: fmt.Sprintf(format, args...)}
}

// Because adds the cause and returns e.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// RetryIn adds when to retry and returns e.
func (e *Error) RetryIn(d time.Duration) *Error {
	e.RetryAfter = d
	return e
}

// WithStatus adds a status of HTTP and returns e.
func (e *Error) WithStatus(status int) *Error {
	e.Status = status
	return e
}

// HTTPStatus is Status, or that of the code.
func (e *Error) HTTPStatus() int {
	if e.Status != 0 {
		return e.Status
	}
	return e.Code.HTTPStatus()
}

// Error is the code's name and the message, without the cause.
func (e *Error) Error() string { return e.Code.String() + ": " + e.Message }

// Unwrap returns the cause, which may be nil.
func (e *Error) Unwrap() error { return e.cause }

// AsError returns err as an *Error; one that is none, or a nil one, becomes
// INTERNAL, with err as its cause and nothing of it in the message.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e != nil {
		return e
	}
	return Errorf(Internal, "internal error").Because(err)
}

package api

// Exit is the exit status of a program whose answer has this code. `rekey help
// exit` says what each of them means.
func (c Code) Exit() int {
	switch c {
	case OK:
		return 0
	case InvalidArgument, OutOfRange:
		return 3
	case NotFound:
		return 4
	case FailedPrecondition:
		return 5
	case AlreadyExists:
		return 6
	case PermissionDenied, Unauthenticated:
		return 7
	case Unavailable, DeadlineExceeded, ResourceExhausted:
		return 8
	}
	return 1
}

package api

import "rekey/shared/key"

// Collection is the path of all keys, with which every path of the API begins.
const Collection = "/kms/v1/keys"

// Path is that of an operation with a key, as in
// /kms/v1/keys/{keyId}:encrypt.
func Path(id key.ID, o Operation) string { return Collection + "/" + string(id) + ":" + o.String() }

// statuses are HTTP's for the codes, as in google/rpc/code.proto.
var statuses = [...]int{
	OK:                 200,
	Canceled:           499, // client closed request, a number of nginx
	Unknown:            500,
	InvalidArgument:    400,
	DeadlineExceeded:   504,
	NotFound:           404,
	AlreadyExists:      409,
	PermissionDenied:   403,
	ResourceExhausted:  429,
	FailedPrecondition: 400,
	Aborted:            409,
	OutOfRange:         400,
	Unimplemented:      501,
	Internal:           500,
	Unavailable:        503,
	DataLoss:           500,
	Unauthenticated:    401,
}

// HTTPStatus is the status of HTTP for a code; an unknown code is an INTERNAL.
func (c Code) HTTPStatus() int {
	if int(c) < len(statuses) {
		return statuses[c]
	}
	return statuses[Internal]
}

package exit

import (
	"cmp"
	"errors"
	"regexp"

	"rekey/shared/api"
	"rekey/shared/keyring"
)

// ownCause is why our own store gave no answer, or nil: a server tells that
// its log and no stranger, but here the operator is asking.
func ownCause(e *api.Error) error {
	for _, is := range []error{keyring.ErrUnauthenticated, keyring.ErrExhausted, keyring.ErrTimeout,
		keyring.ErrUnavailable} {
		if errors.Is(e, is) {
			return e.Unwrap()
		}
	}
	return nil
}

// causeText is a cause without what gRPC puts before it, and with what can be
// done about it.
func causeText(cause error) string {
	text := grpcPrefix.ReplaceAllString(cause.Error(), "")
	if a := (interface{ Advice() string })(nil); errors.As(cause, &a) && a.Advice() != "" {
		text += ": " + a.Advice()
	}
	if noAccount.MatchString(text) {
		text += " Elsewhere set REKEY_IAM_TOKEN or REKEY_SA_KEY_FILE"
	}
	if lasting.MatchString(text) {
		text += ": see the endpoints in the environment, REKEY_LOCKBOX_ENDPOINT and the like"
	}
	return text
}

var grpcPrefix = regexp.MustCompile(`rpc error: code = \w+ desc = `)

// causeStatus is the exit status of a cause.
func causeStatus(cause error) int {
	switch {
	case errors.Is(cause, keyring.ErrUnauthenticated):
		return Forbidden
	case unanswered(cause) != Retry:
		return unanswered(cause)
	}
	return cmp.Or(sentinelStatus(cause), Retry)
}

// lasting is of a wrong endpoint: waiting does not help. gRPC
// gives it no other code than what may pass.
var lasting = regexp.MustCompile(`authentication handshake failed|looked like an HTTP/1\.1 header|unexpected HTTP ` +
	`status code|` +
	`no such host|produced zero addresses|unknown service|unknown method`)

// noAccount is of a machine that has no service account, where none is set.
var noAccount = regexp.MustCompile(`the metadata service at \S+ answers 4`)

// unanswered is the exit status of a store that gave no answer.
func unanswered(err error) int {
	switch text := err.Error(); {
	case noAccount.MatchString(text):
		return Forbidden
	case lasting.MatchString(text):
		return Failure
	}
	return Retry
}

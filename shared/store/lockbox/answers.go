package lockbox

import (
	"google.golang.org/grpc/codes"

	"rekey/shared/keyring"
)

// answer is what a status of PayloadService.Get says about a key.
type answer struct {
	sentinel error
	// proven: seen in the real service; else assumed. Lockbox does not publish
	// which code comes when, and a payload's answer carries no state.
	proven bool
	// advice is for the operator's log; empty where there is nothing to do.
	advice string
}

// answers is the one place that translates. A code that is not here is
// keyring.ErrUnavailable: no answer.
var answers = map[codes.Code]answer{
	// With roles that are given per secret, an id that does not exist may well
	// be answered with it, and the caller is told neither.
	codes.PermissionDenied: {keyring.ErrDenied, false,
		"grant the role lockbox.payloadViewer on this secret to the service account of this rekey (and, if a KMS key " +
			"wraps the secret, kms.keys.decrypter on that), or see whether the secret exists"},
	// ErrNoKey is ErrNoVersion if a version was asked for: see absent.
	codes.NotFound: {keyring.ErrNoKey, false, ""},
	// Lockbox takes an id that it could not have given for a wrong argument.
	codes.InvalidArgument: {keyring.ErrNoKey, false, ""},
	// An INACTIVE secret, a version that is scheduled or destroyed, a secret
	// without a version.
	codes.FailedPrecondition: {keyring.ErrNotUsable, false,
		"see the state of the secret and its versions: activate it, cancel a destruction, or rotate the key"},
	codes.Unauthenticated: {keyring.ErrUnauthenticated, false,
		"Lockbox does not accept the credentials of this rekey: see that its service account exists and that " +
			"REKEY_SA_KEY_FILE, REKEY_SA_KEY_SECRET or REKEY_IAM_TOKEN is still valid"},
	codes.ResourceExhausted: {keyring.ErrExhausted, false,
		"Lockbox refuses reads beyond the quota of the cloud: ask for a higher one, or set a longer REKEY_CACHE_TTL"},
	codes.DeadlineExceeded: {keyring.ErrTimeout, false, ""},
	codes.Unavailable:      {keyring.ErrUnavailable, false, ""},
	codes.Aborted:          {keyring.ErrUnavailable, false, ""},
	codes.Internal:         {keyring.ErrUnavailable, false, ""},
	codes.Unknown:          {keyring.ErrUnavailable, false, ""},
}

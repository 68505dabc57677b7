package exit

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/api"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/store/file/passphrase"
)

// TestCause: what our own store could not do is told with its reason, and only
// what may pass has the status of trying again.
func TestCause(t *testing.T) {
	for _, row := range []struct {
		sentinel, reason error
		status           int
	}{
		{keyring.ErrUnavailable, passphrase.ErrMissing, Usage},
		{keyring.ErrUnavailable, passphrase.ErrPlain, Usage},
		{keyring.ErrUnavailable, passphrase.ErrWrong, Forbidden},
		{keyring.ErrUnauthenticated, errors.New("rpc error: code = Unauthenticated desc = the token has ended"),
			Forbidden},
		{keyring.ErrUnavailable, errors.New("rpc error: code = Unavailable desc = connection refused"), Retry},
		{keyring.ErrUnavailable, errors.New("authentication handshake failed: tls: first record does not look like a " +
			"TLS handshake"), Failure},
		{keyring.ErrUnavailable, errors.New("lookup nowhere: no such host"), Failure},
		{keyring.ErrUnavailable, errors.New("name resolver error: produced zero addresses"), Failure},
		{keyring.ErrUnavailable, errors.New("the metadata service at 169.254.169.254 answers 404 Not Found: has it " +
			"an account?"), Forbidden},
		{keyring.ErrUnavailable, errors.New("the metadata service at 169.254.169.254 answers 503 Service " +
			"Unavailable: has it an account?"), Retry},
		{keyring.ErrTimeout, errors.New("after 5 s"), Retry},
		{keyring.ErrExhausted, errors.New("quota"), Retry},
	} {
		err := api.Errorf(api.Unavailable, "the key store is unavailable: try again").Because(fmt.Errorf("%w: %w",
			row.sentinel, row.reason))
		text := Text(err)
		if Status(err) != row.status || strings.Contains(text, "try again") || strings.Contains(text, "rpc error") ||
			!strings.Contains(text, row.sentinel.Error()) {
			t.Errorf("%v: status %d, %s", row.reason, Status(err), text)
		}
	}
	listed := fmt.Errorf("%w: the metadata service at 169.254.169.254 answers 403 Forbidden", keyadmin.ErrUnavailable)
	if Status(listed) != Forbidden {
		t.Errorf("where keys are listed: %d", Status(listed))
	}
	remote := api.Errorf(api.Unavailable, "the key store is unavailable: try again") // a server's answer
	if Status(remote) != Retry || Text(remote) != remote.Message {
		t.Errorf("of a server: %d, %s", Status(remote), Text(remote))
	}
}

package exit

import (
	"errors"
	"syscall"

	"rekey/shared/api"
	"rekey/shared/client"
	"rekey/shared/keyring"
)

// Text is what standard error says of an error: for the API's the message, with
// the next step if there is one here, or the cause of an INTERNAL, which is the
// operator's own.
func Text(err error) string {
	var e *api.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	if cause := e.Unwrap(); cause != nil && e.Code == api.Internal {
		return cause.Error()
	}
	if cause := ownCause(e); cause != nil {
		return causeText(cause)
	}
	if step := nextStep(e); step != "" {
		return e.Message + ": " + step
	}
	return e.Message
}

// NotOpen is why a ciphertext of this format does not open.
const NotOpen = "the AAD is not the one it was encrypted with, or it was changed since"

// nextStep is what a person at a terminal can do about an answer of the API,
// whose messages are written for programs elsewhere.
func nextStep(e *api.Error) string {
	if e.Message == "Bad ciphertext" {
		return NotOpen
	}
	for _, row := range nextSteps {
		if errors.Is(e, row.is) {
			return row.step
		}
	}
	return ""
}

// WantsIDs is what to do about a name that was given to a server.
const WantsIDs = "a server takes ids of keys and no names: `rekey keys list`, where the keys are kept, shows them"

var nextSteps = []struct {
	is   error
	step string
}{
	{keyring.ErrKeyInactive, "`rekey keys enable` lets it encrypt and decrypt again"},
	{keyring.ErrVersionScheduled, "`rekey keys cancel-destruction` takes it back"},
	{keyring.ErrVersionDestroyed, "only a backup of the keyring from before has it"},
	{keyring.ErrNoVersion, "`rekey keys versions` lists them"},
	{client.ErrNoKey, WantsIDs},
	{client.ErrNoToken, "give a file that has one with --token-file, or set REKEY_TOKEN_FILE"},
	{client.ErrToken, "get a new one, and see that it is for this server"},
	{client.ErrNotAllowed, "ask the person who runs it for the right"},
	{syscall.ECONNREFUSED, "`rekey serve` starts a server"},
}

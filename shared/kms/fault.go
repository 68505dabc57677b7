package kms

import (
	"context"
	"errors"
	"time"

	"rekey/shared/api"
	"rekey/shared/keyring"
)

// retryAfter is when a client may ask again after an outage or a limit, in
// whole seconds as the header has them: about as long as a store's hiccup.
const retryAfter = time.Second

// fault turns what the keyring says into the answer of docs/api.md. A
// caller's own deadline is told from the store's by the context's error.
func fault(a ask, err error) *api.Error {
	for _, row := range faults {
		if errors.Is(err, row.is) {
			e := api.Errorf(row.code, "%s", row.message(a)).Because(err)
			if row.retry {
				e.RetryIn(retryAfter)
			}
			return e
		}
	}
	return api.AsError(err)
}

// faults is the table from sentinels to codes, one row each.
var faults = []struct {
	is      error
	code    api.Code
	retry   bool
	message func(ask) string
}{
	{keyring.ErrNoKey, api.NotFound, false, func(a ask) string { return "no key " + string(a.key) }},
	{keyring.ErrDenied, api.NotFound, false, func(a ask) string {
		return "no key " + string(a.key) + ", or this service may not read it"
	}},
	{keyring.ErrNoVersion, api.NotFound, false, func(a ask) string {
		return "key " + string(a.key) + " has no version " + string(a.version)
	}},
	{keyring.ErrKeyInactive, api.FailedPrecondition, false, func(a ask) string {
		return "key " + string(a.key) + " is INACTIVE"
	}},
	{keyring.ErrVersionScheduled, api.FailedPrecondition, false, func(a ask) string {
		return versionOf(a) + " is SCHEDULED_FOR_DESTRUCTION"
	}},
	{keyring.ErrVersionDestroyed, api.FailedPrecondition, false, func(a ask) string {
		return versionOf(a) + " is DESTROYED"
	}},
	{keyring.ErrNoPrimary, api.FailedPrecondition, false, func(a ask) string {
		return "key " + string(a.key) + ": the primary version is not usable: set another or rotate"
	}},
	{keyring.ErrNotUsable, api.FailedPrecondition, false, func(a ask) string {
		return versionOf(a) + " is not usable: the key is INACTIVE, or the version is SCHEDULED_FOR_DESTRUCTION or " +
			"DESTROYED"
	}},
	{keyring.ErrExhausted, api.ResourceExhausted, true, func(ask) string {
		return "too many reads of the key store: try again"
	}},
	{keyring.ErrTimeout, api.DeadlineExceeded, true, func(ask) string {
		return "the key store did not answer in time: try again"
	}},
	{keyring.ErrBroken, api.Unavailable, true, func(ask) string { return broken }},
	{keyring.ErrUnauthenticated, api.Unavailable, true, func(ask) string { return broken }},
	{keyring.ErrUnavailable, api.Unavailable, true, func(ask) string {
		return "the key store is unavailable: try again"
	}},
	{context.DeadlineExceeded, api.DeadlineExceeded, true, func(ask) string {
		return "the key store did not answer in time: try again"
	}},
	{context.Canceled, api.Canceled, false, func(ask) string { return "the caller cancelled the request" }},
}

// broken is the answer for a fault that a retry does not fix.
const broken = "the key store is unavailable: its operator finds the reason in the log"

// versionOf names the version asked for, or the primary one.
func versionOf(a ask) string {
	if a.version == "" {
		return "the primary version of key " + string(a.key)
	}
	return "version " + string(a.version) + " of key " + string(a.key)
}

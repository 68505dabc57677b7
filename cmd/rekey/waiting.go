package main

import (
	"fmt"

	"rekey/cmd/rekey/internal/terminal"
	"rekey/shared/plain"
)

func (a *app) waiting(what string) (done func()) { return terminal.Waiting(a.err, what) }

// late says why nothing happens: another process changes the keyring, or has
// stopped while it did.
func (a *app) late(lock string) {
	fmt.Fprintf(a.err, "rekey: waiting for another process that changes the keyring and has its lock, %s\n", plain.Text(lock))
}

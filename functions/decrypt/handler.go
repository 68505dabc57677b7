// Command decrypt is the function that serves :decrypt.
package main

import (
	"context"

	"rekey/shared/boot"
	"rekey/shared/event"
)

// Handler answers one event with one decrypt.
func Handler(ctx context.Context, e *event.Event) (*event.Response, error) {
	return event.Decrypt(ctx, e, boot.Data)
}

// Command reencrypt is the function that serves :reEncrypt.
package main

import (
	"context"

	"rekey/shared/boot"
	"rekey/shared/event"
)

// Handler answers one event with one reEncrypt.
func Handler(ctx context.Context, e *event.Event) (*event.Response, error) {
	return event.ReEncrypt(ctx, e, boot.Data)
}

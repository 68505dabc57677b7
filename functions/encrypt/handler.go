// Command encrypt is the function that serves :encrypt.
package main

import (
	"context"

	"rekey/shared/boot"
	"rekey/shared/event"
)

// Handler answers one event with one encrypt.
func Handler(ctx context.Context, e *event.Event) (*event.Response, error) {
	return event.Encrypt(ctx, e, boot.Data)
}

// Command datakey is the function that serves :generateDataKey.
package main

import (
	"context"

	"rekey/shared/boot"
	"rekey/shared/event"
)

// Handler answers one event with one generateDataKey.
func Handler(ctx context.Context, e *event.Event) (*event.Response, error) {
	return event.GenerateDataKey(ctx, e, boot.Data)
}

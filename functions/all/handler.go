// Command all is the function that serves all four operations; the path says
// which.
package main

import (
	"context"

	"rekey/shared/boot"
	"rekey/shared/event"
)

// Handler answers one event with the operation that its path names.
func Handler(ctx context.Context, e *event.Event) (*event.Response, error) {
	return event.All(ctx, e, boot.Data)
}

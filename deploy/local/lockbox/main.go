// Command lockbox runs the Lockbox of package lockboxtest for work on one
// machine, until it is interrupted:
//
//	go run ./deploy/local/lockbox
//
// It begins with one folder and one service account that is its admin, and
// prints what a client needs. More accounts, and what goes wrong with calls, are
// flags, and can be typed while it runs:
//
//	go run ./deploy/local/lockbox -user reader=lockbox.payloadViewer -fault 'PayloadService/Get=UNAVAILABLE'
//
// Everything is lost at its end.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"rekey/deploy/local/lockboxtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGTTIN) // in the background of a shell nothing is typed
	if err := lockboxtest.Run(ctx, os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lockboxtest:", err)
		os.Exit(1)
	}
}

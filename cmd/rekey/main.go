// Command rekey is the key management service as one program: it serves the
// API, manages keys, and encrypts and decrypts at the command line. Each
// command has a file of its own; what they do is in the packages under shared.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

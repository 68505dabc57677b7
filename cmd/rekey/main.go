// Command rekey is the key management service as one program: it serves the
// API, manages keys, and encrypts and decrypts at the command line. Each
// command has a file of its own; what they do is in the packages under shared.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(watchSignals(context.Background()), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

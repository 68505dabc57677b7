// The runtime's defaults are those of the Go that builds it, whatever go.mod says.
//
//go:debug default=go1

// Command rekey is the key management service as one program: it serves the
// API, manages keys, and encrypts and decrypts at the command line. Each
// command has a file of its own; what they do is in the packages under shared.
package main

import (
	"context"
	"fmt"
	"os"

	"rekey/cmd/rekey/internal/process"
)

func main() {
	if err := process.NoCore(); err != nil {
		fmt.Fprintf(os.Stderr, "rekey: a core file may have the keys in it, for core files could not be turned off: "+
			"%v\n", err)
	}
	os.Exit(run(process.Watch(context.Background()), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

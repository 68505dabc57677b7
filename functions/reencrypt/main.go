//go:build !ycf

// The runtime's defaults are those of the Go that builds it, whatever go.mod says.
//
//go:debug default=go1

package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"rekey/shared/boot"
	"rekey/shared/event"
)

// main is AWS Lambda's loop, and anywhere else the local invocation: an event
// on standard input, its answer on standard output.
func main() {
	if boot.OnLambda() {
		boot.Begin()
		lambda.Start(event.Payload(Handler))
	}
	boot.Local()
	os.Exit(event.Local(Handler))
}

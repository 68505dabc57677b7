// Package lambda is what a function's process does outside Yandex Cloud
// Functions, which open a plugin and have no use for it.
package lambda

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"rekey/shared/boot"
	"rekey/shared/event"
)

// Main is AWS Lambda's loop, and anywhere else the local invocation: an event
// on standard input, its answer on standard output. It ends the process.
func Main(h event.Handler) {
	if boot.OnLambda() {
		boot.Begin()
		lambda.Start(event.Payload(h))
	}
	boot.Local()
	os.Exit(event.Local(h))
}

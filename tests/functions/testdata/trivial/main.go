// Command trivial is the least that runs on AWS Lambda: what the functions'
// cold start is compared with.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

// handler answers every payload with an empty object, as bytes.
type handler struct{}

func (handler) Invoke(context.Context, []byte) ([]byte, error) { return []byte("{}"), nil }

func main() { lambda.Start(handler{}) }

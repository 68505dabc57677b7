//go:build !ycf

package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() {
	lambda.Start(func(ctx context.Context, e *Event) (*Answer, error) {
		a, err := Handler(ctx, e)
		if lc, ok := lambdacontext.FromContext(ctx); ok {
			a.Values[0], a.Values[3] = lc.InvokedFunctionArn, lc.AwsRequestID
		}
		return a, err
	})
}

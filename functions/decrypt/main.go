//go:build !ycf

// The runtime's defaults are those of the Go that builds it, whatever go.mod says.
//
//go:debug default=go1

package main

import "rekey/shared/lambda"

func main() { lambda.Main(Handler) }

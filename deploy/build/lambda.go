package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Architectures are those of AWS Lambda, in Go's words; arm64 costs less.
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
var Architectures = []string{"arm64", "amd64"}

// bootstrap is what the runtime provided.al2023 starts.
const bootstrap = "bootstrap"

// Lambda builds a function's program for AWS Lambda, for the clone at root,
// into the file out: without symbols, which nothing there reads.
func Lambda(ctx context.Context, root, arch, function, out string) error {
	if err := known(function); err != nil {
		return err
	}
	root, err := resolve(root)
	if err != nil {
		return err
	}
	if out, err = filepath.Abs(out); err != nil { // the go command runs elsewhere
		return err
	}
	_, err = goCommand(ctx, root, environ(GoLambda, "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch, temporary(out)),
		"build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", out,
		"./functions/"+function)
	if err != nil {
		return fmt.Errorf("building %s for %s: %w", function, arch, err)
	}
	return nil
}

// LambdaArchive returns what is uploaded for a function and architecture: the
// program only, as bootstrap.
func LambdaArchive(ctx context.Context, root, arch, function string) ([]byte, error) {
	work, err := os.MkdirTemp("", "rekey-build")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	program := filepath.Join(work, bootstrap)
	if err := Lambda(ctx, root, arch, function, program); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	return pack([]entry{{bootstrap, 0o755, data}})
}

// Command smoke proves a deployment from outside: the four operations and
// their errors through whatever is in front of the functions, and, with
// -lockbox, what rekey assumes about Lockbox, on its own secrets:
//
//	go run ./deploy/smoke -url https://d5d....apigw.yandexcloud.net -key e6q... -other e6q...
//	go run ./deploy/smoke -function encrypt=https://functions.yandexcloud.net/d4e... -function decrypt=... -key e6q...
//	go run ./deploy/smoke -lockbox
//
// The caller's token is read from SMOKE_TOKEN (a JWT for a gateway, an IAM
// token for functions that are called directly); for function URLs of AWS
// Lambda -aws REGION signs with the keys of the environment. -lockbox reads the
// REKEY_ variables as `rekey keys` does, and SMOKE_STRANGER_TOKEN, an IAM
// token of a service account without any role, if it is set.
//
// The exit status is 0 if everything is as it should be, 1 if something is
// not, 2 for a wrong command line.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	printed "rekey/shared/answer"
	"rekey/shared/ending"
)

func main() {
	ending.KeepWriting()
	// which leave time to delete what -lockbox made
	ctx, stop := signal.NotifyContext(context.Background(), ending.Signals()...)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "smoke:", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "smoke:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("wrong command line")

func usagef(format string, args ...any) error {
	return fmt.Errorf("%w: %s: see -help", errUsage, fmt.Sprintf(format, args...))
}

// options are the command line.
type options struct {
	url        string
	functions  urls
	key, other string
	aws        string
	lockbox    bool
}

// urls are those of functions that are called directly, by name.
type urls map[string]string

func (u urls) String() string { return "" }

func (u urls) Set(s string) error {
	name, url, ok := strings.Cut(s, "=")
	if !ok || url == "" || !slices.Contains(names, name) {
		return fmt.Errorf("want NAME=URL, NAME being one of %s", strings.Join(names, ", "))
	}
	u[name] = url
	return nil
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	out := &printed.Writer{Stream: stdout}
	err := parseAndDo(ctx, args, out)
	if lost := out.Err(); !errors.Is(err, lost) {
		err = errors.Join(err, lost)
	}
	return err
}

func parseAndDo(ctx context.Context, args []string, out io.Writer) error {
	o := options{functions: urls{}}
	f := flag.NewFlagSet("smoke", flag.ContinueOnError)
	f.StringVar(&o.url, "url", "", "the gateway's `URL`, before /kms/v1/keys/")
	f.Var(o.functions, "function", "`NAME=URL` of a function that is called directly, NAME being encrypt, decrypt, "+
		"reencrypt or datakey; four times")
	f.StringVar(&o.key, "key", "", "the `ID` of a key that is served")
	f.StringVar(&o.other, "other", "", "the `ID` of another one, to re-encrypt to; by default the same")
	f.StringVar(&o.aws, "aws", "", "sign for function URLs of AWS Lambda in this `REGION`")
	f.BoolVar(&o.lockbox, "lockbox", false, "ask Lockbox what is assumed about it")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usagef("%v", err)
	}
	if f.NArg() > 0 {
		return usagef("%q is not understood", f.Arg(0))
	}
	return o.do(ctx, out)
}

func (o *options) do(ctx context.Context, out io.Writer) error {
	service := o.url != "" || len(o.functions) > 0
	if !service && !o.lockbox {
		return usagef("nothing to do: give -url or -function, or -lockbox")
	}
	var errs []error
	if service {
		s, err := o.service()
		if err != nil {
			return err
		}
		errs = append(errs, s.check(ctx, out))
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if o.lockbox {
		errs = append(errs, checkLockbox(ctx, out))
	}
	return errors.Join(errs...)
}

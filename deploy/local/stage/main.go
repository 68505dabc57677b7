// Command stage runs on this machine what deploy/yandex puts into the cloud: an
// HTTP gateway driven by the very document that Terraform makes, functions
// built from the very archive and loaded as plugins, with the environment,
// limits and roles of the Terraform files, and their keys in a Lockbox for
// tests:
//
//	go run ./deploy/local/stage            until Ctrl-C
//	go run ./deploy/local/stage -check     calls everything once, and ends
//
// With -platform aws it is what deploy/aws puts into AWS Lambda.
//
// It needs gcc, terraform or tofu, and Go 1.23.12, which the go command
// fetches. The exit status is 0 after Ctrl-C on a stage that runs and after a
// -check that found nothing wrong, and 1 otherwise, after one that was broken
// off too.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"sync"

	"rekey/shared/answer"
	"rekey/shared/ending"
	"rekey/shared/plain"
)

func main() {
	ending.KeepWriting()
	ctx, stop := signal.NotifyContext(context.Background(), ending.Signals()...)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil && ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "stage: broken off")
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "stage:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o := options{names: operations, access: "jwt", routes: "literal", log: os.Stderr,
		progress: func(what string) { fmt.Fprintln(os.Stderr, "stage:", what) }}
	f := flag.NewFlagSet("stage", flag.ContinueOnError)
	f.StringVar(&o.platform, "platform", "yandex", "`NAME` of what is deployed: yandex is deploy/yandex with its "+
		"gateway, yandex-iam the same with direct calls, aws is deploy/aws")
	check := f.Bool("check", false, "run deploy/smoke against it, and end")
	if err := f.Parse(args); err != nil {
		return err
	}
	if o.platform == "yandex-iam" {
		o.platform, o.access = "yandex", "iam"
	}
	switch {
	case f.NArg() > 0:
		return fmt.Errorf("%q is not understood: see -help", f.Arg(0))
	case steps[o.platform] == nil:
		return fmt.Errorf("-platform is yandex, yandex-iam or aws, not %q", o.platform)
	case *check:
		return runCheck(ctx, o, out)
	}
	s, err := start(ctx, o)
	if err != nil {
		return err
	}
	defer s.Close() // what ended by the same Ctrl-C is not a fault
	if err := s.banner(out); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// runCheck shows what is logged only if something is wrong.
func runCheck(ctx context.Context, o options, out io.Writer) error {
	kept := new(buffer)
	o.log = kept
	s, err := start(ctx, o)
	if err == nil {
		err = errors.Join(s.smoke(ctx, out), s.Close())
	}
	if err != nil {
		kept.mu.Lock()
		defer kept.mu.Unlock()
		_, _ = kept.WriteTo(os.Stderr)
	}
	return err
}

// buffer is a bytes.Buffer that the functions and the gateway write to
// concurrently.
type buffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// banner says what runs and how to call it.
func (s *stage) banner(stdout io.Writer) error {
	out := &answer.Writer{Stream: stdout}
	fmt.Fprintf(out, "lockbox    %s, gRPC\n", s.lockbox.Addr())
	for _, k := range s.keys {
		fmt.Fprintf(out, "key        %s  %s\n", k.id, k.name)
	}
	if s.url != "" {
		fmt.Fprintf(out, "gateway    %s\n", s.url)
	}
	for _, name := range slices.Sorted(maps.Keys(s.urls)) {
		fmt.Fprintf(out, "function   %s  %s\n", s.urls[name], name)
	}
	key := s.keys[0].id
	at, body := s.url+"/kms/v1/keys/"+key+":encrypt", `{"plaintext":"aGVsbG8="}`
	if s.url == "" {
		at, body = s.urls["encrypt"], `{"keyId":"`+key+`","plaintext":"aGVsbG8="}`
	}
	credentials := `-H "Authorization: Bearer $TOKEN"`
	fmt.Fprintf(out, "\nTry it, in another terminal:\n")
	if s.platform == "aws" {
		credentials = fmt.Sprintf("--aws-sigv4 aws:amz:%s:lambda --user '%s:%s'", region, signing.AccessKeyID,
			signing.SecretAccessKey)
	} else {
		fmt.Fprintf(out, "TOKEN=%s\n", s.token)
	}
	fmt.Fprintf(out, "curl -s %s %s -H 'Content-Type: application/json' -d '%s'\n", plain.Shell(at), credentials, body)
	fmt.Fprintf(out, "\nManage its keys with `rekey keys`:\nexport %s\n", s.adminEnv("export "))
	return out.Err()
}

// Command stage runs on this machine what deploy/yandex puts into the cloud: an
// HTTP gateway driven by the very document that Terraform makes, functions
// built from the very archive and loaded as plugins, with the environment,
// limits and roles of the Terraform files, and their keys in a Lockbox for
// tests:
//
//	go run ./deploy/local/stage            until Ctrl-C
//	go run ./deploy/local/stage -check     drives everything once, and ends
//
// With -platform aws it is what deploy/aws puts into AWS Lambda.
//
// It needs gcc, terraform or tofu, and Go 1.23.12, which the go command fetches. The exit status is
// 0 after Ctrl-C on a stage that runs and after a -check that found nothing
// wrong, and 1 otherwise, after one that was broken off too.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
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
	o, check, err := parse(args)
	if err != nil {
		return err
	}
	if !check {
		s, err := start(ctx, o)
		if err != nil {
			return err
		}
		defer s.Close() // what ended by the same Ctrl-C is no fault
		if err := s.banner(out); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	}
	var kept buffer // what is logged is of interest if something is wrong
	o.log = &kept
	s, err := start(ctx, o)
	if err == nil {
		err = errors.Join(s.smoke(ctx, out), s.Close())
	}
	if err != nil {
		_, _ = kept.WriteTo(os.Stderr)
	}
	return err
}

func parse(args []string) (o options, check bool, err error) {
	o = options{names: operations, progress: func(what string) { fmt.Fprintln(os.Stderr, "stage:", what) },
		log: os.Stderr}
	f := flag.NewFlagSet("stage", flag.ContinueOnError)
	f.StringVar(&o.addr, "addr", "127.0.0.1:8481", "the loopback `HOST:PORT` of the gateway; port 0 is any free one")
	f.StringVar(&o.platform, "platform", "yandex", "yandex, or aws for function URLs of AWS Lambda on free ports")
	f.StringVar(&o.access, "access", "jwt", "as Terraform's variable: jwt, a gateway and tokens, or iam, direct "+
		"calls of the functions")
	f.StringVar(&o.routes, "routes", "literal", "as Terraform's variable: literal, a path per key and operation, or "+
		"parameter")
	f.BoolVar(&check, "check", false, "run deploy/smoke against it, and end")
	if err := f.Parse(args); err != nil {
		return o, check, err
	}
	if f.NArg() > 0 {
		return o, check, fmt.Errorf("%q is not understood: see -help", f.Arg(0))
	}
	return o, check, checkAWS(f, o.platform)
}

// checkAWS refuses flags that say nothing about function URLs.
func checkAWS(f *flag.FlagSet, platform string) error {
	var others []string
	f.Visit(func(given *flag.Flag) {
		if platform == "aws" && slices.Contains([]string{"addr", "access", "routes"}, given.Name) {
			others = append(others, "-"+given.Name)
		}
	})
	if len(others) > 0 {
		return fmt.Errorf("%s: of -platform yandex alone: function URLs are on free ports and want signatures",
			strings.Join(others, ", "))
	}
	return nil
}

// buffer is a bytes.Buffer that the functions and the gateway write to at the
// same time.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// WriteTo is bytes.Buffer's.
func (b *buffer) WriteTo(w io.Writer) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.WriteTo(w)
}

// banner says what runs and how to call it.
func (s *stage) banner(stdout io.Writer) error {
	out := &answer.Writer{Stream: stdout}
	fmt.Fprintf(out, "lockbox    %s, gRPC\n", s.lockbox.Addr())
	for _, k := range s.keys {
		fmt.Fprintf(out, "key        %s  %s\n", k.id, k.name)
	}
	if s.platform == "aws" {
		s.bannerAWS(out)
	} else {
		s.bannerYandex(out)
	}
	fmt.Fprintf(out, "\nManage its keys with `rekey keys`:\nexport %s\n", s.adminEnv("export "))
	return out.Err()
}

func (s *stage) bannerYandex(out io.Writer) {
	fmt.Fprintf(out, "stage      %s  deploy/yandex, access = %q, routes = %q\n", s.url, s.access, s.routes)
	path, body := "/kms/v1/keys/"+s.keys[0].id+":encrypt", `{"plaintext":"aGVsbG8="}`
	if s.access == "iam" {
		path, body = "/"+s.functionIDs["encrypt"], `{"keyId":"`+s.keys[0].id+`","plaintext":"aGVsbG8="}`
	}
	fmt.Fprintf(out, "\nTry it, in another terminal:\nTOKEN=%s\n", s.token)
	fmt.Fprintf(out, "curl -s %s -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '%s'\n",
		plain.Shell(s.url+path), body)
}

func (s *stage) bannerAWS(out io.Writer) {
	for _, name := range s.names {
		fmt.Fprintf(out, "function   %s  %s\n", s.functionURLs[name], name)
	}
	fmt.Fprintf(out, "\nTry it, in another terminal (curl 8.9 or later signs the path rightly):\n")
	fmt.Fprintf(out, "curl -s %s/kms/v1/keys/%s:encrypt --aws-sigv4 aws:amz:%s:lambda --user '%s:%s' -H "+
		"'Content-Type: application/json' -d '{\"plaintext\":\"aGVsbG8=\"}'\n",
		s.functionURLs["encrypt"], s.keys[0].id, region, signing.AccessKeyID, signing.SecretAccessKey)
}

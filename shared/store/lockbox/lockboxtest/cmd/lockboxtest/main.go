// Command lockboxtest runs the Lockbox of package lockboxtest for work on one
// machine, until it is interrupted:
//
//	go run ./shared/store/lockbox/lockboxtest/cmd/lockboxtest
//
// It begins with one folder and one service account that is its admin, and
// prints what a client needs. Everything is lost at its end.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"rekey/shared/answer"
	"rekey/shared/store/lockbox/lockboxtest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lockboxtest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o := lockboxtest.Options{}
	var dir string
	f := flag.NewFlagSet("lockboxtest", flag.ContinueOnError)
	f.StringVar(&o.Addr, "addr", "127.0.0.1:0", "where gRPC listens")
	f.StringVar(&o.MetadataAddr, "metadata-addr", "127.0.0.1:0", "where the metadata service listens")
	f.BoolVar(&o.TLS, "tls", false, "gRPC over TLS, with a CA that is written to -dir")
	f.StringVar(&dir, "dir", "", "a folder for key.json of the service account, and for ca.pem")
	f.DurationVar(&o.Behavior.OperationDelay, "operation-delay", 0, "how long an operation takes")
	if err := f.Parse(args); err != nil {
		return err
	}
	if o.TLS && dir == "" {
		return fmt.Errorf("-tls wants -dir, where a client finds ca.pem")
	}
	s, err := lockboxtest.Start(o)
	if err != nil {
		return err
	}
	defer s.Close()
	s.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.Admin, lockboxtest.DefaultFolder)
	if err := writeFiles(s, dir); err != nil {
		return err
	}
	shown := &answer.Writer{Stream: out}
	usage(s, dir, shown)
	if err := shown.Err(); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// writeFiles writes what a client wants as a file.
func writeFiles(s *lockboxtest.Server, dir string) error {
	if dir == "" {
		return nil
	}
	key, err := s.AccountKey(lockboxtest.DefaultServiceAccount)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "key.json"), key, 0o600); err != nil {
		return err
	}
	if ca := s.CA(); ca != nil {
		return os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o644)
	}
	return nil
}

func usage(s *lockboxtest.Server, dir string, out io.Writer) {
	fmt.Fprintf(out, "gRPC       %s: Lockbox, operations, IAM, endpoints\n", s.Addr())
	fmt.Fprintf(out, "metadata   YC_METADATA_ADDR=%s\n", s.MetadataAddr())
	fmt.Fprintf(out, "folder     %s\n", lockboxtest.DefaultFolder)
	fmt.Fprintf(out, "account    %s, %s of the folder\n", lockboxtest.DefaultServiceAccount, lockboxtest.Admin)
	fmt.Fprintf(out, "IAM token  %s\n", s.Token(lockboxtest.DefaultServiceAccount))
	if dir != "" {
		fmt.Fprintf(out, "key        %s\n", filepath.Join(dir, "key.json"))
	}
	if s.CA() != nil {
		fmt.Fprintf(out, "CA         %s\n", filepath.Join(dir, "ca.pem"))
	}
	forRekey(s, dir, out)
}

// forRekey is the environment of rekey, ready to be pasted.
func forRekey(s *lockboxtest.Server, dir string, out io.Writer) {
	at, trust := "http://"+s.Addr(), ""
	if s.CA() != nil {
		at, trust = s.Addr(), " SSL_CERT_FILE="+filepath.Join(dir, "ca.pem")
	}
	fmt.Fprintf(out, "\nFor rekey, in another terminal:\n")
	fmt.Fprintf(out, "export REKEY_STORE=lockbox REKEY_FOLDER_ID=%s REKEY_IAM_TOKEN=%s\n", lockboxtest.DefaultFolder, s.Token(lockboxtest.DefaultServiceAccount))
	fmt.Fprintf(out, "export REKEY_LOCKBOX_ENDPOINT=%[1]s REKEY_SECRETS_ENDPOINT=%[1]s REKEY_OPERATION_ENDPOINT=%[1]s%[2]s\n", at, trust)
}

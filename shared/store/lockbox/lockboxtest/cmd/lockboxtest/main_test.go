package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
)

// TestRun uses what is printed, over TLS.
func TestRun(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	dir := t.TempDir()
	out, in := io.Pipe()
	done := make(chan error)
	go func() {
		err := run(ctx, []string{"-tls", "-dir", dir}, in)
		_ = in.Close()
		done <- err
	}()
	printed := make([]byte, 0, 1<<10)
	for buf := make([]byte, 256); !strings.Contains(string(printed), "SSL_CERT_FILE="+filepath.Join(dir, "ca.pem")+"\n"); {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatalf("printed %q, then %v", printed, err)
		}
		printed = append(printed, buf[:n]...)
	}
	field := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindSubmatch(printed)
		if found == nil {
			t.Fatalf("printed %q, want %s", printed, pattern)
		}
		return string(found[1])
	}
	creds, err := credentials.NewClientTLSFromFile(field(`CA +(\S+)`), "")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(field(`gRPC +(\S+):`), grpc.WithTransportCredentials(creds))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	call := metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+field(`IAM token +(\S+)`))
	if _, err := lockbox.NewSecretServiceClient(conn).Create(call, &lockbox.CreateSecretRequest{FolderId: field(`folder +(\S+)`)}); err != nil {
		t.Error(err)
	}
	if key, err := os.ReadFile(filepath.Join(dir, "key.json")); err != nil || !strings.Contains(string(key), "BEGIN PRIVATE KEY") {
		t.Errorf("key.json: %q, %v", key, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRunRefused(t *testing.T) {
	if err := run(context.Background(), []string{"-tls"}, io.Discard); err == nil {
		t.Error("-tls without -dir works")
	}
}

// TestUnsaid: a Lockbox that nobody is told of ends.
func TestUnsaid(t *testing.T) {
	out, in := io.Pipe()
	out.Close()
	if err := run(context.Background(), nil, in); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("with nowhere to print: %v", err)
	}
}

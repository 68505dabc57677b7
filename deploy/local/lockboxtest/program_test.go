package lockboxtest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"rekey/deploy/local/lockboxtest"
)

// program is the program under way.
type program struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Scanner
	printed string
}

// run starts it and returns how it is reached.
func run(t *testing.T, args ...string) (p *program, s lockbox.SecretServiceClient, token string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	in, typed := io.Pipe()
	printed, out := io.Pipe()
	done := make(chan error, 1)
	p = &program{t: t, in: typed, out: bufio.NewScanner(printed)}
	go func() {
		err := lockboxtest.Run(ctx, args, in, out)
		_ = out.Close()
		done <- err
	}()
	t.Cleanup(func() {
		stop()
		for p.out.Scan() {
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	at := p.until(`gRPC +(\S+):`)
	token = p.until(`^export .* REKEY_IAM_TOKEN=(\S+)`)
	return p, lockbox.NewSecretServiceClient(dial(t, at, insecure.NewCredentials())), token
}

// until reads what is printed up to a line that matches, and returns what its
// first group is.
func (p *program) until(pattern string) string {
	p.t.Helper()
	line := regexp.MustCompile(pattern)
	for p.out.Scan() {
		p.printed += p.out.Text() + "\n"
		if found := line.FindStringSubmatch(p.out.Text()); found != nil {
			return found[len(found)-1]
		}
	}
	p.t.Fatalf("printed %s\nwant %s", p.printed, pattern)
	return ""
}

func (p *program) typed(line, answer string) string {
	p.t.Helper()
	fmt.Fprintln(p.in, line)
	return p.until(answer)
}

func withToken(token string) context.Context {
	return metadata.AppendToOutgoingContext(context.Background(), "authorization", "Bearer "+token)
}

// TestRunUsers: each has the role that it was given, where it was, by flags and
// by what is typed.
func TestRunUsers(t *testing.T) {
	p, secrets, token := run(t, "-user", "one=lockbox.editor@orders", "-user", "all=viewer",
		"-user", "far=lockbox.admin@b1gother", "-user", "guest=none")
	tokens := map[string]string{}
	for _, name := range []string{"one", "all", "far", "guest"} {
		tokens[name] = p.until(`^user +` + name + `, ".*": REKEY_IAM_TOKEN=(\S+)`)
	}
	ids := map[string]string{}
	for _, name := range []string{"orders", "other"} {
		op, err := secrets.Create(withToken(token), &lockbox.CreateSecretRequest{FolderId: folder, Name: name})
		ids[name] = result[*lockbox.Secret](t)(op, err).GetId()
	}
	may := func(name, secret string, want codes.Code) {
		t.Helper()
		wantCode(secrets.Get(withToken(tokens[name]), &lockbox.GetSecretRequest{SecretId: ids[secret]}))(t, want)
	}
	may("one", "orders", codes.OK)
	may("one", "other", codes.PermissionDenied)
	may("all", "other", codes.OK)
	may("far", "orders", codes.PermissionDenied)
	may("guest", "orders", codes.PermissionDenied)
	p.typed("user guest=admin@"+ids["other"], `^user +guest, "lockbox.admin of `+ids["other"])
	may("guest", "other", codes.OK)
	may("guest", "orders", codes.PermissionDenied)
	p.typed("--user one=none", `^user +one, "without a role"`)
	may("one", "orders", codes.PermissionDenied)
}

// TestRunFaults: by flags, switched off and on, and typed, until some time has
// passed.
func TestRunFaults(t *testing.T) {
	p, secrets, token := run(t, "-fault", "SecretService/List=ABORTED")
	list := func(want codes.Code) {
		t.Helper()
		wantCode(secrets.List(withToken(token), &lockbox.ListSecretsRequest{FolderId: folder}))(t, want)
	}
	p.until(`^faults +on`)
	list(codes.Aborted)
	p.typed("", `^faults +off`)
	list(codes.OK)
	p.typed("fault '*=RESOURCE_EXHAUSTED'", `^faults +on`)
	list(codes.Aborted) // the first that strikes
	wantCode(secrets.Get(withToken(token), &lockbox.GetSecretRequest{SecretId: "e6q"}))(t, codes.ResourceExhausted)
	p.typed("", `^faults +off`)

	op, err := secrets.Create(withToken(token), &lockbox.CreateSecretRequest{FolderId: folder})
	before := result[*lockbox.Secret](t)(op, err).GetCreatedAt().AsTime()
	p.typed("advance 73h\n?", `^lockboxtest: "\?"`)
	op, err = secrets.Create(withToken(token), &lockbox.CreateSecretRequest{FolderId: folder})
	if d := result[*lockbox.Secret](t)(op, err).GetCreatedAt().AsTime().Sub(before); d < 73*time.Hour {
		t.Errorf("%v have passed, want 73 hours", d)
	}
	p.typed("fault List=oops", `^lockboxtest: .*"oops" cannot happen`)
	p.typed("stop", `^lockboxtest: "stop": want user .* or an empty line$`)
	p.typed("advance soon", `^lockboxtest: `)
}

// TestRunRefused: what is wrong with a flag, and what would be right.
func TestRunRefused(t *testing.T) {
	const things = "want latency and a time, such as latency 300ms, or hang, reset, or a code of gRPC"
	const roles = "want lockbox.admin, lockbox.editor, lockbox.payloadViewer, lockbox.viewer, or none without @"
	for args, want := range map[string]string{
		"-fault|Get":             "want METHOD=WHAT",
		"-fault|=hang":           `no method is called "": want * or one of PayloadService/Get, `,
		"-fault|et=hang":         `no method is called "et"`,
		"-fault|get=hang":        `no method is called "get"`,
		"-fault|**=hang":         `no method is called "**"`,
		"-fault|G\x1b[2J=hang":   `no method is called "G\x1b[2J"`,
		"-fault|Get=":            things,
		"-fault|Get=OK":          things,
		"-fault|Get=14":          things,
		"-fault|Get=DOWN":        `"DOWN" cannot happen: ` + things,
		"-fault|Get=latency 3":   things,
		"-fault|Get=latency -1s": things,
		"-user|bob":              `no role is called "": ` + roles,
		"-user|bob=king":         `no role is called "king": ` + roles,
		"-user|bob=none@b1g":     roles,
		"-user|bob=kms.admin":    roles,
		"-user|=lockbox.viewer":  "want NAME=ROLE, or NAME=ROLE@ON with the id or name of a secret, or",
		"-user|b/b=viewer":       "want NAME=ROLE",
		"-user|bob=viewer@":      "want NAME=ROLE, or NAME=ROLE@ON",
		"-users|bob=viewer":      `"users": want user NAME=ROLE[@ON], fault METHOD=WHAT, advance TIME`,
		"-advance|soon":          `invalid duration "soon"`,
		"bob=lockbox.viewer":     `"bob=lockbox.viewer": want user `,
		"-fault":                 "want METHOD=WHAT",
		"-h":                     "(docs/lockbox.md)",
	} {
		var out strings.Builder
		err := lockboxtest.Run(context.Background(), strings.Split(args, "|"), strings.NewReader(""), &out)
		if err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: got %v, want %s; printed %q", args, err, want, out.String())
		}
	}
	for _, fault := range []string{"*=UNAVAILABLE", "token=hang", "/SecretService/List=reset", "Get=CANCELLED",
		"lockbox.v1.PayloadService/Get=latency 300ms", "*=RESOURCE_EXHAUSTED"} {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		if err := lockboxtest.Run(over, []string{"-fault", fault}, strings.NewReader(""), io.Discard); err != nil {
			t.Error(err)
		}
	}
}

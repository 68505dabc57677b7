package lockboxtest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"rekey/deploy/local/lockboxtest"
)

// program is lockboxtest's program under way.
type program struct {
	t       *testing.T
	in      io.Writer
	out     *bufio.Scanner
	printed string
	done    chan error
	stop    func()
}

func run(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	in, typed := io.Pipe()
	printed, out := io.Pipe()
	p := &program{t: t, in: typed, out: bufio.NewScanner(printed), done: make(chan error, 1), stop: stop}
	go func() {
		err := lockboxtest.Run(ctx, args, in, out)
		_ = out.Close()
		p.done <- err
	}()
	return p
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

func (p *program) end() {
	p.t.Helper()
	p.stop()
	for p.out.Scan() {
	}
	if err := <-p.done; err != nil {
		p.t.Error(err)
	}
}

func dialed(t *testing.T, at string, c credentials.TransportCredentials) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(at, grpc.WithTransportCredentials(c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func withToken(token string) context.Context {
	return metadata.AppendToOutgoingContext(context.Background(), "authorization", "Bearer "+token)
}

// TestRun uses what is printed, over TLS.
func TestRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "two words")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	p := run(t, "-tls", "-dir", dir)
	at := p.until(`gRPC +(\S+):`)
	folder := p.until(`folder +(\S+)`)
	token := p.until(`IAM token +(\S+)`)
	creds, err := credentials.NewClientTLSFromFile(p.until(`CA +(\S.*)`), "")
	if err != nil {
		t.Fatal(err)
	}
	p.until("SSL_CERT_FILE='" + filepath.Join(dir, "ca.pem") + "'$")
	secrets := lockbox.NewSecretServiceClient(dialed(t, at, creds))
	if _, err := secrets.Create(withToken(token), &lockbox.CreateSecretRequest{FolderId: folder}); err != nil {
		t.Error(err)
	}
	key, err := os.ReadFile(filepath.Join(dir, "key.json"))
	if err != nil || !strings.Contains(string(key), "BEGIN PRIVATE KEY") {
		t.Errorf("key.json: %q, %v", key, err)
	}
	p.end()
}

// TestRunUsers: each has the roles that it was given, where it was, by flags and
// by what is typed.
func TestRunUsers(t *testing.T) {
	p := run(t, "-user", "reader=lockbox.payloadViewer@orders", "-user", "viewer=viewer",
		"-user", "far=lockbox.admin@b1gother", "-user", "guest=none")
	at := p.until(`gRPC +(\S+):`)
	admin := p.until(`IAM token +(\S+)`)
	tokens := map[string]string{}
	for _, name := range []string{"reader", "viewer", "far", "guest"} {
		tokens[name] = p.until(`^user +` + name + `, ".*": REKEY_IAM_TOKEN=(\S+)`)
	}
	conn := dialed(t, at, insecure.NewCredentials())
	secrets, payload := lockbox.NewSecretServiceClient(conn), lockbox.NewPayloadServiceClient(conn)
	create := func(name string) string {
		r := generated(&lockbox.PasswordPayloadSpecification{PasswordKey: "AES_256.generated"})
		r.FolderId, r.Name = folder, name
		return result[*lockbox.Secret](t)(secrets.Create(withToken(admin), r)).GetId()
	}
	orders, other := create("orders"), create("other")
	may := func(name string, see, read codes.Code, id string) {
		t.Helper()
		_, err := secrets.Get(withToken(tokens[name]), &lockbox.GetSecretRequest{SecretId: id})
		wantCode(t, err, see)
		_, err = payload.Get(withToken(tokens[name]), &lockbox.GetPayloadRequest{SecretId: id})
		wantCode(t, err, read)
	}
	const yes, no = codes.OK, codes.PermissionDenied
	may("reader", no, yes, orders)
	may("reader", no, no, other)
	may("viewer", yes, no, other)
	may("far", no, no, orders)
	may("guest", no, no, orders)
	p.typed("user guest=admin@"+other, `^user +guest, "lockbox.admin of `+other)
	may("guest", yes, yes, other)
	may("guest", no, no, orders)
	p.typed("--user reader=none", `^user +reader, "without a role"`)
	may("reader", no, no, orders)
	p.end()
}

// TestRunFaults: by flags, switched off and on, and typed.
func TestRunFaults(t *testing.T) {
	p := run(t, "-fault", "SecretService/List=ABORTED", "-fault", "SecretService/Get=UNAVAILABLE:50%", "-seed", "3")
	at, token := p.until(`gRPC +(\S+):`), p.until(`IAM token +(\S+)`)
	p.until(`^faults +on`)
	secrets := lockbox.NewSecretServiceClient(dialed(t, at, insecure.NewCredentials()))
	list := func(want codes.Code) {
		t.Helper()
		_, err := secrets.List(withToken(token), &lockbox.ListSecretsRequest{FolderId: folder})
		wantCode(t, err, want)
	}
	struck := 0
	none := &lockbox.GetSecretRequest{SecretId: "e6qnone"}
	for range 40 {
		if _, err := secrets.Get(withToken(token), none); status.Code(err) == codes.Unavailable {
			struck++
		}
	}
	if struck < 8 || struck > 32 {
		t.Errorf("%d calls of 40 are struck, want about a half", struck)
	}
	list(codes.Aborted)
	p.typed("", `^faults +off`)
	list(codes.OK)
	p.typed("", `^faults +on`)
	list(codes.Aborted)
	p.typed("", `^faults +off`)
	p.typed("fault '*=RESOURCE_EXHAUSTED'", `^faults +on`)
	_, err := secrets.Get(withToken(token), none)
	for range 3 { // the first rule that strikes wins
		if status.Code(err) == codes.ResourceExhausted {
			break
		}
		_, err = secrets.Get(withToken(token), none)
	}
	wantCode(t, err, codes.ResourceExhausted)

	p.typed("fault List=oops", `^lockboxtest: .*"oops" is nothing that can happen`)
	p.typed("stop", `^lockboxtest: "stop": want user, fault or advance and a value, or an empty line$`)
	p.typed("advance soon", `^lockboxtest: `)
	p.end()
}

// TestRunRefused: what is wrong with a flag, and what would be right.
func TestRunRefused(t *testing.T) {
	const roles = "want lockbox.admin, lockbox.auditor, " +
		"lockbox.editor, lockbox.payloadViewer, lockbox.viewer, or none without @"
	for args, want := range map[string]string{
		"-tls":                        "-tls wants -dir",
		"-fault Gte=UNAVAILABLE":      `no method is called "Gte": want * or one of `,
		"-fault Get=DOWN":             `want latency and a time, such as latency 300ms, or hang, reset, CANCELLED, `,
		"-fault Get=hang:200%":        "want over 0% and up to 100%",
		"-user bob":                   `no role is called "": ` + roles,
		"-user bob=king":              `no role is called "king": ` + roles,
		"-user =lockbox.viewer":       "want NAME=ROLE, or NAME=ROLE@ON with the id or name of a secret, or",
		"-user b/b=lockbox.viewer":    "want NAME=ROLE",
		"-user bob=lockbox.viewer@":   "nothing is behind @",
		"-user bob=none@b1g":          "none without @",
		"-user bob=kms.admin":         roles,
		"-users bob=lockbox.viewer":   "flag provided but not defined: -users",
		"-advance soon":               `invalid duration "soon"`,
		"-operation-delay soon":       `invalid value "soon"`,
		"-seed -1":                    `invalid value "-1"`,
		"bob=lockbox.viewer":          `unexpected argument "bob=lockbox.viewer"`,
		"-addr 127.0.0.1:notaservice": "listening for gRPC",
	} {
		err := lockboxtest.Run(context.Background(), strings.Fields(args), strings.NewReader(""), io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", args, err, want)
		}
	}
}

// TestRunHelp is no failure.
func TestRunHelp(t *testing.T) {
	var out strings.Builder
	err := lockboxtest.Run(context.Background(), []string{"-h"}, strings.NewReader(""), &out)
	if err != nil || !strings.Contains(out.String(), "-fault METHOD=WHAT") {
		t.Errorf("%v, %s", err, &out)
	}
}

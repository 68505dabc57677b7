package lockboxtest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	ycsdk "github.com/yandex-cloud/go-sdk/v2"
	"github.com/yandex-cloud/go-sdk/v2/credentials"
	"github.com/yandex-cloud/go-sdk/v2/pkg/endpoints"
	"github.com/yandex-cloud/go-sdk/v2/pkg/options"

	"rekey/deploy/local/lockboxtest"
)

// through reads a payload with go-sdk.
func through(ctx context.Context, id string, opts ...options.Option) (*lockbox.Payload, error) {
	sdk, err := ycsdk.Build(ctx, opts...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sdk.Shutdown(ctx) }()
	conn, err := sdk.GetConnection(ctx, "yandex.cloud.lockbox.v1.PayloadService.Get")
	if err != nil {
		return nil, err
	}
	return lockbox.NewPayloadServiceClient(conn).Get(ctx, &lockbox.GetPayloadRequest{SecretId: id})
}

func direct(w *world) []options.Option {
	to := endpoints.NewEndpointParams(w.Addr(), endpoints.Plaintext())
	resolver := endpoints.NewPrefixEndpointsResolver(endpoints.PrefixToEndpoint{"yandex.cloud": to})
	return []options.Option{options.WithEndpointsResolver(resolver), options.WithPlaintext()}
}

func accountKey(t *testing.T, w *world, subject string) credentials.Credentials {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, must(w.AccountKey(subject))(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return must(credentials.ServiceAccountKeyFile(path))(t)
}

// TestSDK: the official SDK reads a secret with either kind of credentials,
// finding the server by itself or not.
func TestSDK(t *testing.T) {
	w := start(t, lockboxtest.Options{})
	id, _ := w.text("x")
	w.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, id)
	for name, creds := range map[string]credentials.Credentials{
		"key of a service account": accountKey(t, w, lockboxtest.DefaultServiceAccount),
		"metadata service":         credentials.NewMetadataServiceCredentialProvider(w.MetadataAddr()),
	} {
		w.ResetCounts()
		got, err := through(w.ctx, id, append(direct(w), options.WithCredentials(creds))...)
		if err != nil || got.GetEntries()[0].GetTextValue() != "x" {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
		if n, d := w.TokenRequests(), w.Discoveries(); n != 1 || d != 0 {
			t.Errorf("%s: %d token requests and %d discoveries, want 1 and none", name, n, d)
		}
	}
}

// TestSDKDiscovers lets the SDK discover endpoints over TLS. It trusts the
// system's roots there, which are read once a process: so in a child.
func TestSDKDiscovers(t *testing.T) {
	if addr := os.Getenv("LOCKBOXTEST_DISCOVERY"); addr != "" {
		discover(t, addr)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: SSL_CERT_FILE is not what this system trusts")
	}
	w := start(t, lockboxtest.Options{TLS: true})
	w.Grant(admin, lockboxtest.PayloadViewer, "s")
	w.AddSecret(&lockbox.Secret{Id: "s"}, lockboxtest.Version{Entries: []*lockbox.Payload_Entry{lockboxtest.Text("k",
		"x")}})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, w.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestSDKDiscovers$")
	child.Env = append(os.Environ(), "LOCKBOXTEST_DISCOVERY="+w.Addr(), "LOCKBOXTEST_TOKEN="+w.Token(admin),
		"SSL_CERT_FILE="+ca)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if d, n := w.Discoveries(), w.PayloadGets("s"); d != 1 || n != 1 {
		t.Errorf("%d discoveries and %d gets, want one of each", d, n)
	}
}

func discover(t *testing.T, addr string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	got, err := through(ctx, "s", options.WithDiscoveryEndpoint(addr),
		options.WithCredentials(credentials.IAMToken(os.Getenv("LOCKBOXTEST_TOKEN"))))
	if err != nil || got.GetEntries()[0].GetTextValue() != "x" {
		t.Fatalf("got %v, %v", got, err)
	}
}

package lockbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/aead"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/store/lockbox/internal/cloud"
)

var ctx = context.Background()

// fixture is a Lockbox and a Store that reads it as the instance's service
// account, with a log that can be looked at.
type fixture struct {
	*lockboxtest.Server
	store *Store
	log   *syncBuffer
}

func start(t *testing.T, b lockboxtest.Behavior) *fixture {
	t.Helper()
	s, err := lockboxtest.Start(lockboxtest.Options{Behavior: b})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	t.Setenv("YC_METADATA_ADDR", s.MetadataAddr())
	f := &fixture{Server: s, log: new(syncBuffer)}
	f.store = f.open(t, Credentials{})
	return f
}

func (f *fixture) open(t *testing.T, c Credentials) *Store {
	t.Helper()
	at := Endpoint("http://" + f.Addr())
	s, err := New(Options{Endpoint: at, IAMEndpoint: at, Credentials: c,
		Log: slog.New(slog.NewTextHandler(f.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// secret sets up a secret that the store may read.
func (f *fixture) secret(versions ...*lockbox.Payload_Entry) (key.ID, []string) {
	var all []lockboxtest.Version
	for _, e := range versions {
		all = append(all, lockboxtest.Version{e})
	}
	id, ids := f.AddSecret(nil, all...)
	f.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, id)
	return key.ID(id), ids
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func materialFor(n byte) []byte { return bytes.Repeat([]byte{n}, aead.MaterialSize) }

// checkSame checks that a version is the one of some material: what one
// seals, the other opens.
func checkSame(t *testing.T, v *keyring.Version, a key.Algorithm, material []byte) {
	t.Helper()
	want, err := keyring.NewVersion(v.KeyID, v.ID, a, material)
	if err != nil {
		t.Fatal(err)
	}
	header := []byte("a header, and a salt after it, ")
	blob, err := v.Key.Seal(nil, header, nil, []byte("x"))
	if err != nil || v.Algorithm() != a {
		t.Fatalf("sealing with %v of %v: %v, want %v", v, v.Algorithm(), err, a)
	}
	n := len(header) + aead.SaltSize
	if opened, err := want.Key.Open(nil, blob[:n], blob[n:], nil); err != nil || string(opened) != "x" {
		t.Errorf("%v is not of the material that was set up: %v", v, err)
	}
}

// TestGet asks Lockbox once for each, over one connection.
func TestGet(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, versions := f.secret(lockboxtest.Binary("AES_128", materialFor(1)),
		lockboxtest.Text("AES_256", base64.StdEncoding.EncodeToString(materialFor(2))))
	for _, test := range []struct {
		ask, want string
		algorithm key.Algorithm
		n         byte
	}{
		{"", versions[1], key.AES256, 2},
		{versions[0], versions[0], key.AES128, 1},
		{versions[1], versions[1], key.AES256, 2},
	} {
		v, err := f.store.Get(ctx, id, key.VersionID(test.ask))
		if err != nil || v.KeyID != id || string(v.ID) != test.want {
			t.Fatalf("Get(%q) = %v, %v; want version %s", test.ask, v, err, test.want)
		}
		checkSame(t, v, test.algorithm, materialFor(test.n))
	}
	if all, n, c := f.Calls(""), f.TokenRequests(), f.Connections(); all != 4 || n != 1 || c != 1 {
		t.Errorf("%d calls of all services with %d requests for a token over %d connections, want 4, 1, 1", all, n, c)
	}
}

// TestRefused: what Lockbox refuses, in both ways where that is not known.
func TestRefused(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	for name, test := range map[string]struct {
		code    codes.Code
		version key.VersionID
		want    error
		log     string
	}{
		"no such key":          {codes.NotFound, "", keyring.ErrNoKey, ""},
		"no such version":      {codes.NotFound, "v1", keyring.ErrNoVersion, ""},
		"no id of theirs":      {codes.InvalidArgument, "", keyring.ErrNoKey, ""},
		"no version of theirs": {codes.InvalidArgument, "v1", keyring.ErrNoVersion, ""},
		"no role":              {codes.PermissionDenied, "", keyring.ErrDenied, "lockbox.payloadViewer"},
		"not usable":           {codes.FailedPrecondition, "", keyring.ErrNotUsable, "activate it"},
		"quota":                {codes.ResourceExhausted, "", keyring.ErrExhausted, "quota"},
		"something new":        {codes.Unimplemented, "", keyring.ErrUnavailable, ""},
		"something broken":     {codes.DataLoss, "", keyring.ErrUnavailable, ""},
	} {
		remove := f.Inject(lockboxtest.Fault{Method: get, Code: test.code})
		f.ResetCounts()
		before := len(f.log.String())
		v, err := f.store.Get(ctx, id, test.version)
		if v != nil || !errors.Is(err, test.want) {
			t.Errorf("%s: Get = %v, %v; want %v", name, v, err, test.want)
		}
		if logged := f.log.String()[before:]; !strings.Contains(logged, test.log) || test.log == "" && logged != "" {
			t.Errorf("%s: the log has %q, want %q", name, logged, test.log)
		}
		if n := f.Calls(get); n != 1 {
			t.Errorf("%s: %d calls, want 1: asking again changes nothing", name, n)
		}
		remove()
	}
}

// TestLateAnswer: an answer that comes with the end of the caller's time is
// one all the same, and no outage.
func TestLateAnswer(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	over, cancel := context.WithTimeout(ctx, 0)
	defer cancel()
	for code, want := range map[codes.Code]error{
		codes.PermissionDenied: keyring.ErrDenied,
		codes.Unauthenticated:  keyring.ErrUnauthenticated,
		codes.DeadlineExceeded: keyring.ErrTimeout,
	} {
		if err := f.store.translate(over, "k", "", status.Error(code, "late")); !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", code, err, want)
		}
	}
}

// TestTransient: what may go over is tried again, while there is time.
func TestTransient(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	for _, code := range []codes.Code{codes.Unavailable, codes.Internal, codes.Aborted, codes.Unknown} {
		f.Inject(lockboxtest.Fault{Method: get, Code: code, Times: 2})
		if _, err := f.store.Get(ctx, id, ""); err != nil {
			t.Errorf("%v twice: %v", code, err)
		}
	}
	f.Inject(lockboxtest.Fault{Method: get, Reset: true, Times: 1})
	if _, err := f.store.Get(ctx, id, ""); err != nil {
		t.Errorf("a reset connection: %v", err)
	}
	remove := f.Inject(lockboxtest.Fault{Method: get, Code: codes.Unavailable})
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	f.ResetCounts()
	if _, err := f.store.Get(short, id, ""); !errors.Is(err, keyring.ErrUnavailable) &&
		!errors.Is(err, keyring.ErrTimeout) {
		t.Errorf("unavailable all the time: %v", err)
	}
	if n := f.Calls(get); n < 2 || n > 30 {
		t.Errorf("%d calls in a second, want a few", n)
	}
	remove()
	f.Stop()
	if _, err := f.store.Get(short, id, ""); keyring.Negative(err) || err == nil {
		t.Errorf("without a server: %v", err)
	}
	if err := f.Restart(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Get(ctx, id, ""); err != nil {
		t.Errorf("with a server again: %v", err)
	}
}

// TestDeadConnection: connections that died while the instance was frozen do
// not show it; they are given up for new ones within the caller's second.
func TestDeadConnection(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	if _, err := f.store.Get(ctx, id, ""); err != nil {
		t.Fatal(err)
	}
	f.DropConnections()
	second, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := f.store.Get(second, id, ""); err != nil {
		t.Errorf("after the connections died: %v", err)
	}
	f.Freeze()
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if _, err := f.store.Get(short, id, ""); !errors.Is(err, keyring.ErrTimeout) {
		t.Errorf("a Lockbox that never answers: %v", err)
	}
}

// TestSlow: a Lockbox that needs longer than a first attempt may take is heard
// all the same.
func TestSlow(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	f.Inject(lockboxtest.Fault{Method: get, Latency: cloud.FirstTimeout + 200*time.Millisecond})
	limited, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	if _, err := f.store.Get(limited, id, ""); err != nil {
		t.Errorf("slower than a first attempt: %v", err)
	}
}

// TestCallerLeaves: a caller who gives up is not an outage.
func TestCallerLeaves(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, _ := f.secret(lockboxtest.Binary("AES_256", materialFor(1)))
	f.Inject(lockboxtest.Fault{Hang: true})
	leaving, leave := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, leave)
	if _, err := f.store.Get(leaving, id, ""); !errors.Is(err, context.Canceled) ||
		errors.Is(err, keyring.ErrUnavailable) {
		t.Errorf("error is %v", err)
	}
}

// TestNotAKey: a secret that is not a key is none, whatever the role allows, and
// its values are shown nowhere.
func TestNotAKey(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	text := base64.StdEncoding.EncodeToString(materialFor(1))
	secretText := "hunter2-hunter2-hunter2"
	for name, entries := range map[string][]*lockbox.Payload_Entry{
		"a password":  {lockboxtest.Text("password", secretText)},
		"two entries": {lockboxtest.Binary("AES_256", materialFor(1)), lockboxtest.Text("note", secretText)},
		"two algorithms": {lockboxtest.Binary("AES_256", materialFor(1)),
			lockboxtest.Binary("AES_128", materialFor(1))},
		"none":            {},
		"small letters":   {lockboxtest.Binary("aes_256", materialFor(1))},
		"33 bytes":        {lockboxtest.Binary("AES_256", append(materialFor(1), 0))},
		"31 bytes":        {lockboxtest.Binary("AES_256", materialFor(1)[1:])},
		"not base64":      {lockboxtest.Text("AES_256", secretText)},
		"without padding": {lockboxtest.Text("AES_256", strings.TrimRight(text, "="))},
		"a line break":    {lockboxtest.Text("AES_256", text[:43]+"\n")},
		"URL-safe": {lockboxtest.Text("AES_256", base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{0xfb},
			32)))},
		"bits behind":      {lockboxtest.Text("AES_256", text[:42]+"F=")},
		"generated, short": {lockboxtest.Text("AES_256.generated", secretText)},
		"generated, bytes": {lockboxtest.Binary("AES_256.generated", materialFor(1))},
		"generated, flat":  {lockboxtest.Text("AES_256.generated", strings.Repeat("a", 64))},
		"another suffix":   {lockboxtest.Text("AES_256.Generated", strings.Repeat(secretText, 4)[:64])},
		"empty":            {lockboxtest.Binary("AES_256", nil)},
		"unset":            {{Key: "AES_256"}},
	} {
		id, _ := f.AddSecret(nil, lockboxtest.Version(entries))
		f.Grant(lockboxtest.DefaultServiceAccount, lockboxtest.PayloadViewer, id)
		before := len(f.log.String())
		v, err := f.store.Get(ctx, key.ID(id), "")
		if v != nil || !errors.Is(err, keyring.ErrNoKey) {
			t.Errorf("%s: Get = %v, %v; want %v", name, v, err, keyring.ErrNoKey)
		}
		logged := f.log.String()[before:]
		if !strings.Contains(logged, "is not a key") || !strings.Contains(logged, id) {
			t.Errorf("%s: the log does not say why: %q", name, logged)
		}
		if shown := logged + fmt.Sprint(err); strings.Contains(shown, secretText) ||
			strings.Contains(shown, text[:40]) {
			t.Errorf("%s: its value is shown", name)
		}
	}
}

// TestNotAVersion: a version that is not a key's does not end what is known of
// the others.
func TestNotAVersion(t *testing.T) {
	f := start(t, lockboxtest.Behavior{})
	id, versions := f.secret(lockboxtest.Text("password", "hunter2"), lockboxtest.Binary("AES_256", materialFor(1)))
	if _, err := f.store.Get(ctx, id, key.VersionID(versions[0])); !errors.Is(err, keyring.ErrNoVersion) ||
		errors.Is(err, keyring.ErrNoKey) {
		t.Errorf("a password among the versions of a key: %v", err)
	}
	if _, err := f.store.Get(ctx, id, ""); err != nil {
		t.Errorf("its primary version: %v", err)
	}
}

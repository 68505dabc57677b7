package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
	"rekey/shared/server"
)

var discard = slog.New(slog.NewTextHandler(io.Discard, nil))

// ring is a store of the key one. It waits at the gate, if there is one, and
// says that it has arrived there.
type ring struct {
	version       *keyring.Version
	arrived, gate chan struct{}
}

func (r *ring) Get(_ context.Context, k key.ID, _ key.VersionID) (*keyring.Version, error) {
	if r.gate != nil {
		close(r.arrived)
		<-r.gate
	}
	if k != "one" {
		return nil, keyring.ErrNoKey
	}
	return r.version, nil
}

// face is a server that runs until the test ends, or stop is called.
type face struct {
	url, addr string
	ring      *ring
	stop      context.CancelFunc
	ended     chan error // of Serve; gives one value
}

func mustServe(t testing.TB, r *ring) *face {
	t.Helper()
	return mustServeAs(t, r, server.Options{})
}

func mustServeAs(t testing.TB, r *ring, o server.Options, options ...server.Option) *face {
	t.Helper()
	o.Log = discard
	v, err := keyring.NewVersion("one", "v1", key.AES256, bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	r.version = v
	keys := kms.New(keyring.New(r, keyring.Options{TTL: time.Minute}), pipeline.Owner)
	f := mustServeAPI(t, rest.New(identity.None.Authenticator(), pipeline.Owner, rest.Crypto(keys)), o, options...)
	f.ring = r
	return f
}

func mustServeAPI(t testing.TB, a *rest.API, o server.Options, options ...server.Option) *face {
	t.Helper()
	ln := mustListen(t, "127.0.0.1:0")
	ctx, stop := context.WithCancel(context.Background())
	f := &face{url: "http://" + ln.Addr().String(), addr: ln.Addr().String(), stop: stop, ended: make(chan error, 1)}
	go func() { f.ended <- server.Serve(ctx, ln, server.Handler(a, options...), o) }()
	t.Cleanup(stop)
	return f
}

func mustListen(t testing.TB, addr string) net.Listener {
	t.Helper()
	ln, err := server.Listen(context.Background(), addr, false)
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

const (
	path = "/kms/v1/keys/one:encrypt"
	good = `{"plaintext":"eA=="}`
)

// answer is a response with its body read.
type answer struct {
	*http.Response
	body   string
	fields map[string]any
}

// do sends a request and reads the answer. Headers are name, value, ...
func (f *face) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	return f.send(t, method, path, strings.NewReader(body), headers...)
}

func (f *face) send(t *testing.T, method, path string, body io.Reader, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, f.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Response: response, body: string(data)}
	json.Unmarshal(data, &a.fields) // what is not JSON has no fields
	return a
}

// wantError checks status and code.
func (a answer) wantError(t *testing.T, name string, status, code int) {
	t.Helper()
	if got, _ := a.fields["code"].(float64); a.StatusCode != status || int(got) != code {
		t.Errorf("%s: got %d %s, want %d, code %d", name, a.StatusCode, a.body, status, code)
	}
}

func (a answer) wantOK(t *testing.T, name string) {
	t.Helper()
	if a.StatusCode != 200 || a.fields["ciphertext"] == nil {
		t.Errorf("%s: got %d %s", name, a.StatusCode, a.body)
	}
}

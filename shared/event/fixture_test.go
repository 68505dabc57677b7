package event_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"rekey/shared/api"
	"rekey/shared/event"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
)

const (
	first  = "e6qexamplekey0000001"
	second = "e6qexamplekey0000002"

	plaintext = "hello, KMS"
	aad       = "tenant=42"

	requestID = "0f3a0a6e-6b1f-4a0a-8a64-3a3a2b8f6a10" // of every recorded event
)

// ring is kms.Keys of the two keys. The last version that is added is the
// primary one.
type ring struct {
	versions map[key.ID]*keyring.Version
	older    []*keyring.Version
	asked    atomic.Int64
}

func (r *ring) Get(_ context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	r.asked.Add(1)
	version := r.versions[k]
	if version == nil {
		return nil, keyring.ErrNoKey
	}
	for _, version := range append([]*keyring.Version{version}, r.older...) {
		if version.KeyID == k && (v == "" || v == version.ID) {
			return version, nil
		}
	}
	return nil, keyring.ErrNoVersion
}

// world is a face over the two keys. It sees who was asked for permission.
type world struct {
	ring  ring
	trust identity.Mode
	mu    sync.Mutex // of who
	who   []api.Principal
	api   *rest.API
	lines requestlog.Lines
	// forbidden are keys with which nobody may do anything
	forbidden []string
	log       bytes.Buffer
}

func newWorld(t testing.TB, trust identity.Mode) *world {
	t.Helper()
	w := &world{trust: trust, ring: ring{versions: map[key.ID]*keyring.Version{}}}
	for i, id := range []key.ID{first, second} {
		w.add(t, id, "v1", byte(i+1)) // as in the README
	}
	w.api = w.over(&w.ring)
	return w
}

// add adds a version, whose material ends with a byte.
func (w *world) add(t testing.TB, id key.ID, version key.VersionID, end byte) {
	t.Helper()
	v, err := keyring.NewVersion(id, version, key.AES256, append(make([]byte, 31), end))
	if err != nil {
		t.Fatal(err)
	}
	if before := w.ring.versions[id]; before != nil {
		w.ring.older = append(w.ring.older, before)
	}
	w.ring.versions[id] = v
}

// logAll makes the API log every request.
func (w *world) logAll() {
	w.lines = requestlog.All
	w.api = w.over(&w.ring)
}

// over is an API over keys, which logs into the world.
func (w *world) over(keys kms.Keys) *rest.API {
	rules := &pipeline.Pipeline{Authorizer: w, Limiter: pipeline.Unlimited{},
		Recorder: requestlog.New(slog.New(slog.NewJSONHandler(&w.log, nil)), w.lines)}
	return rest.New(w.trust.Authenticator(), rules, rest.Crypto(kms.New(keys, rules)))
}

// Authorize allows everything else and remembers to whom.
func (w *world) Authorize(_ context.Context, c *api.Call, n api.Need) error {
	if slices.Contains(w.forbidden, string(n.Key)) {
		return api.Errorf(api.PermissionDenied, "not allowed")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.who = append(w.who, c.Principal)
	return nil
}

func (w *world) open(context.Context) (*rest.API, error) { return w.api, nil }

// function is what a handler calls.
type function func(context.Context, *event.Event, event.Open) (*event.Response, error)

var functions = map[api.Operation]function{
	api.Encrypt: event.Encrypt, api.Decrypt: event.Decrypt, api.ReEncrypt: event.ReEncrypt,
	api.GenerateDataKey: event.GenerateDataKey,
}

// answer is what a platform gets, understood.
type answer struct {
	raw     []byte
	http    bool // in HTTP's envelope
	status  int  // of HTTP; 0 without an envelope
	headers map[string]string
	body    string
	fields  map[string]any // of the response or error object
}

// invoke runs a function as Yandex does: events and answers go through
// encoding/json.
func (w *world) invoke(t testing.TB, f function, payload []byte) answer {
	t.Helper()
	var e *event.Event
	if err := json.Unmarshal(payload, &e); err != nil {
		t.Fatalf("the event: %v", err)
	}
	return handle(t, context.Background(), f, e, w.open)
}

// handle has an event answered.
func handle(t testing.TB, ctx context.Context, f function, e *event.Event, open event.Open) answer {
	t.Helper()
	response, err := f(ctx, e, open)
	if err != nil {
		t.Fatalf("the handler returned the error %v: a platform drops the answer", err)
	}
	raw, err := json.Marshal(response)
	if err != nil {
		t.Fatalf("the answer: %v", err)
	}
	return understand(t, raw)
}

func understand(t testing.TB, raw []byte) answer {
	t.Helper()
	a := answer{raw: raw}
	var envelope struct {
		StatusCode      *int              `json:"statusCode"`
		Headers         map[string]string `json:"headers"`
		Body            *string           `json:"body"`
		IsBase64Encoded *bool             `json:"isBase64Encoded"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	body := raw
	if err := d.Decode(&envelope); err == nil && envelope.StatusCode != nil {
		if envelope.Body == nil || envelope.IsBase64Encoded == nil || *envelope.IsBase64Encoded {
			t.Fatalf("the envelope %s lacks something", raw)
		}
		a.http, a.status, a.headers, body = true, *envelope.StatusCode, envelope.Headers, []byte(*envelope.Body)
	}
	a.body = string(body)
	if err := json.Unmarshal(body, &a.fields); err != nil {
		t.Fatalf("the body %q is not a JSON object: %v", body, err)
	}
	return a
}

func (a answer) text(name string) string { s, _ := a.fields[name].(string); return s }

// wantError checks code, HTTP's status if there is one, and how the message
// begins.
func (a answer) wantError(t testing.TB, name string, status int, code api.Code, message string) {
	t.Helper()
	got, _ := a.fields["code"].(float64)
	if api.Code(got) != code || a.http && a.status != status || !strings.HasPrefix(a.text("message"), message) {
		t.Errorf("%s:\n got %s\nwant status %d, code %d, %q", name, a.raw, status, code, message)
	}
}

// object is an event that is being changed.
type object map[string]any

func mustRead(t testing.TB, name string) object {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "tests", "testdata", "events", name))
	if err != nil {
		t.Fatal(err)
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o object) payload(t testing.TB) []byte {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// recorded lists the events that are requests.
func recorded(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "tests", "testdata", "events", "*.json"))
	if err != nil || len(paths) < 15 {
		t.Fatalf("found %d events: %v", len(paths), err)
	}
	var names []string
	for _, p := range paths {
		if name := filepath.Base(p); !strings.HasPrefix(name, "refuse-") {
			names = append(names, name)
		}
	}
	return names
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

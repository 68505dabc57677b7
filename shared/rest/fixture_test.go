package rest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/requestlog"
	"rekey/shared/rest"
)

// ask is one question to the ring.
type ask struct {
	key     key.ID
	version key.VersionID
}

// ring is kms.Keys in memory. It writes down what it is asked, and answers an
// ask with an error or a panic where it was told to.
type ring struct {
	mu       sync.Mutex
	versions map[ask]*keyring.Version
	errs     map[ask]error
	panics   map[ask]any
	asked    []ask
}

func (r *ring) Get(_ context.Context, k key.ID, v key.VersionID) (*keyring.Version, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := ask{k, v}
	r.asked = append(r.asked, a)
	if p := r.panics[a]; p != nil {
		panic(p)
	}
	if err := r.errs[a]; err != nil {
		return nil, err
	}
	if version := r.versions[a]; version != nil {
		return version, nil
	}
	if r.versions[ask{k, ""}] != nil {
		return nil, keyring.ErrNoVersion
	}
	return nil, keyring.ErrNoKey
}

// someone is everybody, as where nobody is asked.
var someone = identity.Proof{Caller: "*"}

// identify believes every proof but those with a question mark.
func identify(_ context.Context, p identity.Proof) (api.Principal, error) {
	switch p {
	case someone:
		return api.Anonymous, nil
	case identity.Proof{}:
		return api.Principal{}, nil
	}
	if name, doubtful := strings.CutPrefix(p.Caller, "?"); doubtful {
		return api.Principal{Subject: name}, nil
	}
	return api.Principal{Subject: p.Caller, By: "test"}, nil
}

// rules is a pipeline.Authorizer that refuses what is listed: "decrypt one".
type rules []string

func (r rules) Authorize(_ context.Context, _ *api.Call, n api.Need) error {
	for _, refused := range r {
		if refused == n.Operation.String()+" "+string(n.Key) {
			return api.Errorf(api.PermissionDenied, "not allowed")
		}
	}
	return nil
}

// world is an API over a Service over a ring with two keys: one, AES_256,
// with the versions v1 and v2 (the primary), and two, AES_128.
type world struct {
	*rest.API
	ring *ring
	log  bytes.Buffer
}

func newWorld(t testing.TB, refuse ...string) *world {
	t.Helper()
	w := &world{ring: &ring{versions: map[ask]*keyring.Version{}, errs: map[ask]error{}, panics: map[ask]any{}}}
	w.add(t, "one", "v1", key.AES256, 1)
	w.add(t, "one", "v2", key.AES256, 2)
	w.add(t, "two", "v1", key.AES128, 3)
	w.refuse(refuse...)
	return w
}

// refuse makes the API anew, with other rules.
func (w *world) refuse(rows ...string) {
	w.API = w.over(w.ring, rules(rows), requestlog.None)
}

// over is an API over keys, which logs into the world.
func (w *world) over(keys kms.Keys, refuse rules, l requestlog.Lines) *rest.API {
	r := w.rules(refuse, l)
	return rest.New(identify, r, rest.Crypto(kms.New(keys, r)))
}

func (w *world) rules(refuse rules, l requestlog.Lines) *pipeline.Pipeline {
	return &pipeline.Pipeline{Authorizer: refuse, Limiter: pipeline.Unlimited{},
		Recorder: requestlog.New(slog.New(slog.NewJSONHandler(&w.log, nil)), l)}
}

// add puts a version in, as the primary too.
func (w *world) add(t testing.TB, k key.ID, v key.VersionID, a key.Algorithm, fill byte) {
	t.Helper()
	version, err := keyring.NewVersion(k, v, a, bytes.Repeat([]byte{fill}, 32))
	if err != nil {
		t.Fatal(err)
	}
	w.ring.versions[ask{k, v}] = version
	w.ring.versions[ask{k, ""}] = version
}

// answer is a response with its body read.
type answer struct {
	*rest.Response
	fields map[string]any
}

func (w *world) serve(t testing.TB, only api.Operation, r rest.Request) answer {
	t.Helper()
	a := answer{Response: w.Serve(context.Background(), only, &r)}
	if err := json.Unmarshal(a.Body, &a.fields); err != nil {
		t.Fatalf("the answer %q is not a JSON object: %v", a.Body, err)
	}
	return a
}

// post sends a body to /kms/v1/keys/{action} as everybody.
func (w *world) post(t testing.TB, action, body string) answer {
	t.Helper()
	return w.serve(t, 0, rest.Request{Method: "POST", Path: rest.Prefix + action, Proof: someone,
		Body: []byte(body)})
}

// text is a field of the answer; absent is empty.
func (a answer) text(name string) string { s, _ := a.fields[name].(string); return s }

// wantOK checks for a success and returns a field of bytes.
func (a answer) wantOK(t testing.TB, name, field string) []byte {
	t.Helper()
	if a.Status != 200 {
		t.Errorf("%s: %d %s", name, a.Status, a.Body)
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(a.text(field))
	if err != nil {
		t.Errorf("%s: %s: %v", name, field, err)
	}
	return b
}

// wantError checks status, code and message. A message that ends with ...
// is how it begins; an empty one is any.
func (a answer) wantError(t testing.TB, name string, status int, code api.Code, message string) {
	t.Helper()
	got, _ := a.fields["code"].(float64)
	begin, cut := strings.CutSuffix(message, "...")
	fits := message == "" || a.text("message") == message || cut && strings.HasPrefix(a.text("message"), begin)
	if a.Status != status || api.Code(got) != code || !fits {
		t.Errorf("%s:\n got %d %s\nwant %d, code %d, %q", name, a.Status, a.Body, status, code, message)
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// mustEncrypt returns a ciphertext, raw.
func (w *world) mustEncrypt(t testing.TB, k, aad, plaintext string) []byte {
	t.Helper()
	a := w.post(t, k+":encrypt", `{"aadContext":"`+b64(aad)+`","plaintext":"`+b64(plaintext)+`"}`)
	sealed := a.wantOK(t, "encrypt", "ciphertext")
	w.ring.asked = nil
	return sealed
}

// wantUnasked checks that no material was asked for.
func (w *world) wantUnasked(t testing.TB, name string) {
	t.Helper()
	if len(w.ring.asked) > 0 {
		t.Errorf("%s: the store was asked for %v", name, w.ring.asked)
	}
	w.ring.asked = nil
}

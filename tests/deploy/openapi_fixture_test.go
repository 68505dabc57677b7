package deploy_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"rekey/shared/identity"
	"rekey/shared/keyadmin"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
	"rekey/shared/server"
	"rekey/shared/store/file"
	fileadmin "rekey/shared/store/file/admin"
)

const (
	reference = "../../deploy/openapi.yaml"
	seedFile  = "testdata/keyring.json" // what x-rekey-keyring names, from the reference
)

var discard = slog.New(slog.NewTextHandler(io.Discard, nil))

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// mustJSON is the reference as JSON.
func mustJSON(t testing.TB) []byte {
	t.Helper()
	text, err := mustDocument(t).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// mustDocument loads the reference, its references resolved.
func mustDocument(t testing.TB) *openapi3.T {
	t.Helper()
	return mustLoad(t, mustRead(t, reference))
}

func mustLoad(t testing.TB, data []byte) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// operation is one operation of the document, at its path.
type operation struct {
	path string
	*openapi3.Operation
}

// operations are those of the document, in the order of their paths.
func operations(doc *openapi3.T) []operation {
	var all []operation
	for path, item := range doc.Paths.Map() {
		for _, o := range item.Operations() {
			all = append(all, operation{path, o})
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.path, b.path) })
	return all
}

// request is the schema of the operation's request.
func (o operation) request() *openapi3.Schema { return body(o.RequestBody.Value.Content).Schema.Value }

// answer is the schema of the operation's answer with a status.
func (o operation) answer(status int) *openapi3.Schema {
	return body(o.Responses.Status(status).Value.Content).Schema.Value
}

func body(c openapi3.Content) *openapi3.MediaType { return c["application/json"] }

// mustKeys opens a new keyring of the keys that the examples were made with.
func mustKeys(t testing.TB) kms.Keys {
	t.Helper()
	seed, err := keyadmin.ReadSeed(mustRead(t, seedFile))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keyring.json")
	admin, err := fileadmin.Open(path, fileadmin.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Apply(context.Background(), admin); err != nil {
		t.Fatal(err)
	}
	store, err := file.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return keyring.New(store, keyring.Options{TTL: time.Hour})
}

// serving is the handler of `rekey serve` over keys.
func serving(keys kms.Keys) http.Handler {
	return server.Handler(rest.New(identity.None.Authenticator(), pipeline.Owner,
		rest.Crypto(kms.New(keys, pipeline.Owner))))
}

// mustServe serves as `rekey serve` does until the test ends, and returns the
// URL.
func mustServe(t testing.TB, h http.Handler) string {
	t.Helper()
	ln, err := server.Listen(context.Background(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, ln, h, server.Options{Log: discard}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

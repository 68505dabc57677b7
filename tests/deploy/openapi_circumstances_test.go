package deploy_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"rekey/shared/api"
	"rekey/shared/identity"
	"rekey/shared/key"
	"rekey/shared/keyring"
	"rekey/shared/kms"
	"rekey/shared/pipeline"
	"rekey/shared/rest"
	"rekey/shared/server"
)

// circumstances are what an example needs besides, or instead of, a request
// that the document could show: a body that is too large for it, another
// server, another method. Every documented answer that is not here has its
// request in the document, so nothing is left out.
var circumstances = map[string]func(*testing.T, *trial){
	"plaintextTooLarge": func(t *testing.T, x *trial) {
		x.body = mustMarshal(t, map[string]any{"plaintext": base64.StdEncoding.EncodeToString(make([]byte,
			api.MaxPlaintext+1))})
	},
	"bodyTooLarge": func(_ *testing.T, x *trial) { x.body += strings.Repeat(" ", api.MaxBody+1-len(x.body)) },
	"bodyEncoded":  func(_ *testing.T, x *trial) { x.encoding = "gzip" },
	"bodyTooSlow": func(_ *testing.T, x *trial) {
		x.server = "over its time"
		x.body += strings.Repeat(" ", 64<<10) // more than comes with the header
	},
	"methodGet":    func(_ *testing.T, x *trial) { x.method = http.MethodGet },
	"webPage":      on("called by a web page"),
	"nobody":       on("called by nobody"),
	"tooManyReads": on("exhausted"),
	"internal":     on("broken"),
	"storeAway":    on("away"),
	"storeSlow":    on("slow"),
}

func on(server string) func(*testing.T, *trial) {
	return func(_ *testing.T, x *trial) { x.server = server }
}

// servers are those that circumstances ask for, and that of the example
// keyring.
func servers(t *testing.T) map[string]string {
	t.Helper()
	keys := mustKeys(t)
	all := map[string]http.Handler{
		"":                     serving(keys),
		"called by a web page": fromPage(serving(keys)),
		"called by nobody":     nobody(keys),
		"over its time":        overTime(serving(keys)),
		"exhausted":            serving(failing{keyring.ErrExhausted}),
		"broken":               serving(failing{errors.New("a fault of our own")}),
		"away":                 serving(failing{keyring.ErrUnavailable}),
		"slow":                 serving(failing{keyring.ErrTimeout}),
	}
	urls := map[string]string{}
	for name, h := range all {
		urls[name] = mustServe(t, h)
	}
	return urls
}

// failing is kms.Keys that have none.
type failing struct{ err error }

func (f failing) Get(context.Context, key.ID, key.VersionID) (*keyring.Version, error) {
	return nil, f.err
}

// fromPage adds what a browser adds to the request of a page.
func fromPage(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Origin", "https://page.example")
		h.ServeHTTP(w, r)
	})
}

// overTime has the time for a request end when its header is there.
func overTime(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
		h.ServeHTTP(w, r)
	})
}

// nobody is the API that believes no caller, as a function does while REKEY_AUTH
// is unset.
func nobody(keys kms.Keys) http.Handler {
	return server.Handler(rest.New(identity.Mode("").Authenticator(), pipeline.Owner,
		rest.Crypto(kms.New(keys, pipeline.Owner))))
}

package lockbox

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"rekey/deploy/local/lockboxtest"
	"rekey/shared/keyring"
)

// TestTLS: an address without a scheme means TLS, and a server whose certificate nobody
// vouches for, or who has none, is not even told the token.
func TestTLS(t *testing.T) {
	for name, test := range map[string]struct {
		tls  bool
		want string
	}{
		"its own certificate": {true, "certificate"},
		"plain text":          {false, "tls"},
	} {
		f, err := lockboxtest.Start(lockboxtest.Options{TLS: test.tls})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		s, err := New(Options{Endpoint: Endpoint(f.Addr()), IAMEndpoint: Endpoint(f.Addr()),
			Credentials: Credentials{Token: f.Token(account)}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		short, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		v, err := s.Get(short, "e6q00000000000000000", "")
		if v != nil || err == nil || keyring.Negative(err) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: Get = %v, %v; want %q", name, v, err, test.want)
		}
		if n := f.Calls(get); n != 0 {
			t.Errorf("%s: %d calls were made", name, n)
		}
	}
}

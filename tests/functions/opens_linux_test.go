package functions_test

import (
	"syscall"
	"testing"
	"time"

	"rekey/shared/api"
)

// watch tells whether a file was opened, by whomever, since it was asked
// last. (How often it does not tell: the kernel merges events that are alike.)
type watch struct{ fd int }

func mustWatch(t *testing.T, path string) watch {
	t.Helper()
	fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if _, err := syscall.InotifyAddWatch(fd, path, syscall.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	return watch{fd}
}

func (w watch) opened(t *testing.T) bool {
	t.Helper()
	n, err := syscall.Read(w.fd, make([]byte, 64<<10))
	if err != nil && err != syscall.EAGAIN { // EAGAIN: nothing happened
		t.Fatal(err)
	}
	return n > 0
}

// TestOpensOnce: the first call opens the keyring and later ones do not,
// although with REKEY_CACHE_TTL=0s each asks the store. (A keyring that was
// changed less than two seconds ago is read anew, so it ages first.)
func TestOpensOnce(t *testing.T) {
	t.Parallel()
	r := mustRing(t)
	i := variant(t, r, "yandex-gateway-1.0-encrypt.json", api.Encrypt)
	time.Sleep(2100 * time.Millisecond)
	for name, start := range map[string]func(*testing.T) *running{
		"plugin": func(t *testing.T) *running {
			return mustLoad(t, "encrypt", r.setting(), "REKEY_AUTH=platform", "REKEY_CACHE_TTL=0s")
		},
		"lambda": func(t *testing.T) *running {
			return mustInit(t, "encrypt", r.setting(), "REKEY_AUTH=platform", "REKEY_CACHE_TTL=0s")
		},
	} {
		t.Run(name, func(t *testing.T) {
			keyring := mustWatch(t, r.path)
			in := start(t)
			if keyring.opened(t) {
				t.Error("the keyring was opened before the first call")
			}
			for call := range 50 {
				if a := in.call(t, i.payload); a.code() != api.OK {
					t.Fatalf("got %s", a.raw)
				}
				if got, want := keyring.opened(t), call == 0; got != want {
					t.Errorf("call %d: opened the keyring: %v, want %v", call+1, got, want)
				}
			}
		})
	}
}

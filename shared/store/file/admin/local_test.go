package admin

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"rekey/shared/keyadmin"
)

// TestLocalOnly: a file system without syncs or locks is named as what is
// wrong, and nothing is changed.
func TestLocalOnly(t *testing.T) {
	const remedy = "use a local disk"
	path := newPath(t)
	a := mustOpen(t, path, nil)
	mustCreate(t, a, "k0") // a keyring that cannot be written would go again
	for _, lacking := range []error{syscall.ENOLCK, syscall.EOPNOTSUPP, syscall.EBADF, syscall.EINVAL, syscall.ENOSYS} {
		a.disk.sync = func(*os.File) error { return &os.PathError{Op: "sync", Path: "f", Err: lacking} }
		_, err := a.Create(ctx, keyadmin.Creation{ID: "k1"})
		if err == nil || !strings.Contains(err.Error(), "is unchanged: ") || !strings.HasSuffix(err.Error(), remedy) {
			t.Errorf("%v: %v", lacking, err)
		}
	}
	a.disk.sync = func(*os.File) error { return syscall.EIO }
	if _, err := a.Create(ctx, keyadmin.Creation{ID: "k1"}); err == nil || strings.Contains(err.Error(), remedy) {
		t.Errorf("a broken disk: %v", err)
	}
	closed, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	h := &held{lock: closed} // whose lock the system refuses
	if err := h.wait(ctx); err == nil || !strings.HasSuffix(err.Error(), remedy) {
		t.Errorf("a lock that is refused: %v", err)
	}
}

package admin_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"rekey/shared/boot/admin"
	"rekey/shared/config"
	lockboxadmin "rekey/shared/store/lockbox/admin"
)

// TestOpenFile: a keyring file is made only if that is meant.
func TestOpenFile(t *testing.T) {
	c := &config.Config{StoreSettings: config.StoreSettings{Store: config.StoreFile,
		Keyring: filepath.Join(t.TempDir(), "keyring.json")}}
	if _, err := admin.Open(c, admin.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a keyring that is not there: %v", err)
	}
	if _, err := admin.Open(c, admin.Options{Create: true}); err != nil {
		t.Error(err)
	}
}

// TestOpenLockbox: all that is said reaches Lockbox's administrator.
func TestOpenLockbox(t *testing.T) {
	five := 5 * time.Minute
	c := &config.Config{StoreSettings: config.StoreSettings{Store: config.StoreLockbox},
		LockboxSettings: config.LockboxSettings{LockboxEndpoint: "a:1", SecretsEndpoint: "b:2",
			OperationEndpoint: "c:3", IAMEndpoint: "d:4", IAMToken: "t1.token", FolderID: "b1g"}}
	told := ""
	opened, err := admin.Open(c, admin.Options{ServersWindow: &five, Material: admin.Local,
		Waiting: func(what string) func() { told = what; return func() {} }})
	if err != nil {
		t.Fatal(err)
	}
	a, ok := opened.(*lockboxadmin.Admin)
	if !ok {
		t.Fatalf("opened %T", opened)
	}
	defer a.Close()
	a.Waiting("it")()
	got := fmt.Sprint(a.Endpoint, a.SecretsEndpoint, a.OperationEndpoint, a.IAMEndpoint, a.Credentials.Token,
		a.FolderID, a.Material, a.Window, told)
	if want := fmt.Sprint("a:1", "b:2", "c:3", "d:4", "t1.token", "b1g", "local", five, "it"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if opened, err := admin.Open(c, admin.Options{}); err != nil ||
		opened.(*lockboxadmin.Admin).Window != config.MaxWindow {
		t.Errorf("without a word about the servers: %+v, %v", opened, err)
	}
	c.SecretsEndpoint = "nowhere"
	if _, err := admin.Open(c, admin.Options{}); err == nil {
		t.Error("an endpoint without a port is taken")
	}
}

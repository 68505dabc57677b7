package cloud

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"rekey/deploy/local/lockboxtest"
)

// TestTrust: what SSL_CERT_FILE and SSL_CERT_DIR name is trusted, as crypto/x509
// has it, and nothing else; the folder is not read if the file is enough. A
// process reads them once, so each row is its own process.
func TestTrust(t *testing.T) {
	if at := os.Getenv("TRUST_AT"); at != "" {
		trustOne(t, Endpoint(at))
		return
	}
	f, other := startAs(t, lockboxtest.Options{TLS: true}), startAs(t, lockboxtest.Options{TLS: true})
	dir := t.TempDir()
	write := func(name string, pem []byte) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, pem, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ours, theirs := write("ours.pem", f.CA()), write("theirs.pem", other.CA())
	folder, empty := filepath.Dir(write("folder/ours.crt", f.CA())), t.TempDir()
	endless := t.TempDir() // anyone who reads what is in it waits forever
	if err := syscall.Mkfifo(filepath.Join(endless, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		file, dir string
		trusted   bool
	}{
		"the file":                                      {ours, empty, true},
		"the file, and the folder is not read":          {ours, endless, true},
		"the folder":                                    {theirs, folder, true},
		"the folder, and there is no file":              {filepath.Join(dir, "none"), folder, true},
		"the folder, and the file is not a certificate": {write("text", []byte("text")), folder, true},
		"the second of two folders":                     {theirs, empty + ":" + folder, true},
		"neither":                                       {theirs, empty, false},
	} {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		c := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestTrust$")
		c.Env = append(os.Environ(), "SSL_CERT_FILE="+row.file, "SSL_CERT_DIR="+row.dir, "TRUST_AT="+f.Addr(),
			"TRUST_TOKEN="+f.Token(lockboxtest.DefaultServiceAccount), "TRUST_SECRET="+f.id)
		out, err := c.CombinedOutput()
		if refused := strings.Contains(string(out),
			"certificate signed by unknown authority"); refused == row.trusted || (err == nil) != row.trusted {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// trustOne makes the call of one row.
func trustOne(t *testing.T, at Endpoint) {
	l, err := New(Credentials{Token: os.Getenv("TRUST_TOKEN")}, at, Service{payloads, at})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{Link: l, id: os.Getenv("TRUST_SECRET")}
	if err := f.get(ctx); err != nil {
		t.Fatal(err)
	}
}

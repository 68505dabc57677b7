// Package secretfile reads small files with a secret in them: a passphrase, a
// service account's key. Start at Read.
package secretfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"rekey/shared/plain"
	_ "rekey/shared/system"
)

// Allow is the variable that takes files as the platforms mount them.
const Allow = "REKEY_ALLOW_READABLE_SECRETS=true"

// Read returns what is in a file, up to one byte more than most, without the
// byte order mark that editors of Windows put before UTF-8. A file that
// everybody may read is refused unless readable is true; the group may, as
// systemd has it. Pipes are taken. Errors continue a sentence about the path.
func Read(path string, most int, readable bool) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, cause(err)
	}
	if m := info.Mode(); m.IsRegular() && !readable && openToAll(m) {
		return nil, fmt.Errorf("can be read by everybody (mode %04o): `chmod o-r %s`, "+
			"or set %s where that is a mount of Docker or Kubernetes", m.Perm(), plain.Shell(path), Allow)
	}
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+int64(len(mark))+1))
	if err != nil {
		return nil, cause(err)
	}
	b, _ = bytes.CutPrefix(b, mark)
	return b[:min(len(b), most+1)], nil
}

// mark is the byte order mark in UTF-8.
var mark = []byte("\ufeff")

// cause is an error without the path, and no fs.ErrNotExist: it is not the
// keyring that is missing.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("cannot be read: %v", err)
}

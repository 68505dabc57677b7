package admin

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// lockPoll is how often a taken lock is asked for again, and how late the end
// of a context may be noticed, 5 ms: a change takes a few times that, and
// flock itself knows no context.
const lockPoll = 5 * time.Millisecond

// lock takes the lock of the keyring at path (not a symbolic link) and returns
// the open lock file: closing it gives the lock back. The file stays for ever,
// as removing it would let two in. It belongs to the owner of the keyring,
// like, if there is one yet.
func lock(ctx context.Context, path string, like fs.FileInfo) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, writeError(path, err)
	}
	if err := waitLock(ctx, f); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking keyring %s: %w", path, err)
	}
	if err := keepOwner(f, like); err != nil {
		f.Close()
		return nil, writeError(path, err)
	}
	return f, nil
}

func waitLock(ctx context.Context, f *os.File) error {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if ok, err := tryLock(f); ok || err != nil {
			return err
		}
		<-tick.C
	}
}

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"rekey/deploy/build"
)

// builds are what was built of one archive. They are kept, for a function takes
// seconds to link, until the stage is started with another archive.
type builds struct {
	dir    string
	source string // the archive, unpacked
}

// builds finds what there is of an archive, and removes what is of others.
func (s *stage) builds(archive []byte) (*builds, error) {
	if s.cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			user = os.TempDir()
		}
		s.cache = filepath.Join(user, "rekey-stage")
	}
	sum := sha256.Sum256(archive)
	b := &builds{dir: filepath.Join(s.cache, hex.EncodeToString(sum[:8]))}
	b.source = filepath.Join(b.dir, "source")
	if others, err := os.ReadDir(s.cache); err == nil {
		for _, other := range others {
			if path := filepath.Join(s.cache, other.Name()); path != b.dir {
				if err := os.RemoveAll(path); err != nil {
					return nil, err
				}
			}
		}
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, err
	}
	if _, err := os.Stat(b.source); err == nil {
		return b, nil
	}
	_, err := b.make("source", func(out string) error { return build.Unpack(archive, out) })
	return b, err
}

// make returns a file or folder, which appears as a whole if it is not there
// yet.
func (b *builds) make(name string, fill func(out string) error) (path string, err error) {
	path = filepath.Join(b.dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	work, err := os.MkdirTemp(b.dir, ".new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	out := filepath.Join(work, name)
	if err := fill(out); err != nil {
		return "", err
	}
	if err := os.Rename(out, path); err != nil {
		if _, there := os.Stat(path); there != nil {
			return "", err
		} // another stage was faster
	}
	return path, nil
}

// keep returns a file under a name of the stage's own: a stage that is started
// with another archive meanwhile removes the one that was built.
func (s *stage) keep(path string) (string, error) {
	own := filepath.Join(s.dir, filepath.Base(path))
	if err := os.Link(path, own); err == nil || errors.Is(err, os.ErrExist) {
		return own, nil
	}
	data, err := os.ReadFile(path) // on another file system
	if err != nil {
		return "", err
	}
	return own, os.WriteFile(own, data, 0o700)
}

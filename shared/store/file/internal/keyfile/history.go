package keyfile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
)

// History is the newest generation of one file that a process has seen. A
// file that is older than it is a backup put back under a running process:
// keys created since would be lost without a word, so it is refused. It is
// not safe for concurrent use, and its zero value has seen nothing.
type History struct {
	generation uint64
	sum        [sha256.Size]byte
}

// Accept decodes a file and takes note of it, or refuses one that the
// history contradicts: a lower generation, or another content under the same.
func (h *History) Accept(f *File) (*Keyring, error) {
	r, err := f.Keyring()
	if err != nil {
		return nil, err
	}
	switch {
	case r.Generation < h.generation:
		return nil, fmt.Errorf("keyring %s went back from generation %d to %d: put the newer file back, or go back "+
			"for good: `rekey keyring restore FILE --older`",
			f.Path, h.generation, r.Generation)
	case r.Generation == h.generation && f.Sum != h.sum:
		return nil, fmt.Errorf("keyring %s has changed and is still of generation %d: an older file was put back and "+
			"changed; restart rekey to go on with this one",
			f.Path, r.Generation)
	}
	h.Note(r.Generation, f.Sum)
	return r, nil
}

// Note takes note of a generation that this process has written itself, with
// the SHA-256 of the file.
func (h *History) Note(generation uint64, sum [sha256.Size]byte) {
	if generation > h.generation {
		h.generation, h.sum = generation, sum
	}
}

// Explain is the error of reading a keyring, for who has read it before: making
// another one, as Load proposes, would make the loss last.
func (h *History) Explain(path string, err error) error {
	if h.generation == 0 || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("the keyring at %s has vanished: mount its volume again if it lies on one, or put a backup in "+
		"its place with `rekey keyring restore FILE` (%w)",
		path, fs.ErrNotExist)
}

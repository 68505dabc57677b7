package keyfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// MemorySuffix is behind the name of a keyring in that of its memory.
const MemorySuffix = ".highest"

// memorySize is the most that a memory has, in bytes: a word, 20 digits, a
// line break.
const memorySize = 32

// Memory is the highest generation that a keyring has had, as a file beside it
// tells who has not seen that: an older copy, put back by mistake, would be
// taken for the keyring otherwise. Anyone who can write to the folder can remove
// it, so it does not protect against them.
type Memory struct {
	Path       string // of its file, whether there or not
	Generation uint64 // 0: nothing is remembered
}

// Recall reads the memory of a keyring, which lies beside the file itself,
// behind any symbolic link. Read it before the keyring: it is written behind
// it, so what is read then is never behind the memory.
func Recall(keyring string) (Memory, error) {
	if real, err := filepath.EvalSymlinks(keyring); err == nil {
		keyring = real
	}
	m := Memory{Path: keyring + MemorySuffix}
	text, err := m.read()
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		m.Generation, err = parseMemory(strings.ReplaceAll(text, "\r\n", "\n")) // git may have had it
	}
	if err != nil {
		return m, fmt.Errorf("%s, which remembers the highest generation of the keyring beside it, %w: see that the "+
			"keyring is the newest that there is, then remove this file: the next change writes it again", m.Path, err)
	}
	return m, nil
}

func (m Memory) read() (string, error) {
	info, err := os.Stat(m.Path)
	if err != nil {
		return "", memoryError(err)
	}
	if !info.Mode().IsRegular() { // before open: a pipe would block it
		return "", errors.New("is not a regular file")
	}
	f, err := os.Open(m.Path)
	if err != nil {
		return "", memoryError(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, memorySize+1))
	if err != nil {
		return "", memoryError(err)
	}
	return string(text), nil
}

func memoryError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err // the path is in our own text
	}
	return fmt.Errorf("cannot be read: %w", err)
}

// Text is the memory of a generation, in the form that is written: with its end, so that
// a part of it is none.
func (m Memory) Text() []byte { return fmt.Appendf(nil, "generation %d\n", m.Generation) }

// minChangesLeft is how many changes a keyring must have left: one of a later
// generation than the memory must be able to go on.
const minChangesLeft = 1 << 20

func parseMemory(text string) (uint64, error) {
	digits, _ := strings.CutPrefix(text, "generation ")
	g, err := strconv.ParseUint(strings.TrimSuffix(digits, "\n"), 10, 64)
	if m := (Memory{Generation: g}); err != nil || g == 0 || g > math.MaxUint64-minChangesLeft ||
		string(m.Text()) != text {
		return 0, errors.New("is damaged")
	}
	return g, nil
}

// Accept refuses a keyring of a lower generation than is remembered.
func (m Memory) Accept(generation uint64) error {
	if generation >= m.Generation {
		return nil
	}
	return fmt.Errorf("keyring %s is of generation %d and has been of %d (%s): an older copy was put in its place: "+
		"put the newer one back, or go back for good: `rekey keyring restore FILE --older`, where FILE is a backup "+
		"or this very keyring",
		strings.TrimSuffix(m.Path, MemorySuffix), generation, m.Generation, m.Path)
}

// Lost is the error of a keyring that is remembered and not there: it wraps
// fs.ErrNotExist.
func (m Memory) Lost() error {
	return fmt.Errorf("no keyring at %s now, but one of generation %d before (%s): is its volume mounted? "+
		"`rekey keyring restore FILE` puts a backup there; --create makes a new one, which opens nothing that the "+
		"old one encrypted (%w)",
		strings.TrimSuffix(m.Path, MemorySuffix), m.Generation, m.Path, fs.ErrNotExist)
}

// Explain is the error of reading the keyring, with what the memory knows of
// one that is not there.
func (m Memory) Explain(err error) error {
	if m.Generation > 0 && errors.Is(err, fs.ErrNotExist) {
		return m.Lost()
	}
	return err
}

package admin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rekey/shared/store/file/internal/keyfile"
)

// Beside is a file in the keyring's folder that may hold its material, as old
// copies do.
type Beside struct {
	Path     string
	Modified time.Time
	Leftover bool // a temporary file: of a write that was killed, or of one that runs
}

// Beside returns the files with names that are made of the keyring's, by rekey,
// editors, file managers and people, oldest first. Copies elsewhere are not
// known.
func (k *Keeper) Beside() []Beside {
	path := k.real()
	temps := leftovers(path)
	all, _ := os.ReadDir(filepath.Dir(path))
	var found []Beside
	for _, e := range all {
		name := filepath.Join(filepath.Dir(path), e.Name())
		if !e.Type().IsRegular() || !isCopy(e.Name(), filepath.Base(path)) || name == path+".lock" ||
			name == path+keyfile.MemorySuffix {
			continue
		}
		if info, err := e.Info(); err == nil {
			found = append(found, Beside{name, info.ModTime(), slices.Contains(temps, name)})
		}
	}
	slices.SortStableFunc(found, func(a, b Beside) int { return a.Modified.Compare(b.Modified) })
	return found
}

// real is the path of the keyring behind any symbolic link.
func (k *Keeper) real() string {
	if path, err := filepath.EvalSymlinks(k.admin.path); err == nil {
		return path
	}
	return k.admin.path
}

// Files are a keyring's own: its file, behind any symbolic link, and what lies
// beside it while it is there and changed.
func Files(keyring string) []string {
	if real, err := filepath.EvalSymlinks(keyring); err == nil {
		keyring = real
	}
	keyring, _ = filepath.Abs(keyring)
	return []string{keyring, keyring + ".lock", keyring + keyfile.MemorySuffix}
}

// isCopy reports whether a name may be that of a copy of keyring: with its whole
// name in it (keyring.json~, .keyring.json.swp, #keyring.json#, Copy of
// keyring.json), or with something before its end (keyring (copy).json,
// keyring.sync-conflict-1.json), which begins with what is not part of a word.
func isCopy(name, keyring string) bool {
	if name == keyring {
		return false
	}
	for rest, at := name, 0; at >= 0; {
		if at = strings.Index(rest, keyring); at >= 0 {
			if before, _ := utf8.DecodeLastRuneInString(rest[:at]); at == 0 || !isWord(before) {
				return true
			}
			rest = rest[at+1:]
		}
	}
	ext := filepath.Ext(keyring)
	stem := strings.TrimSuffix(keyring, ext)
	if other, ok := strings.CutPrefix(name, stem+"."); ok && slices.Contains(copyEnds, strings.ToLower(other)) {
		return true
	}
	middle, ok := strings.CutPrefix(name, stem)
	middle, end := strings.CutSuffix(middle, ext)
	after, _ := utf8.DecodeRuneInString(middle)
	return ok && end && ext != "" && middle != "" && !isWord(after)
}

// copyEnds come in the place of a keyring's own (keyring.bak).
var copyEnds = []string{"bak", "backup", "bk", "copy", "old", "orig", "save", "tmp"}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Offer is a copy that a restore takes.
type Offer struct {
	Path       string
	Generation uint64
	Older      bool // than the keyring has been: the restore wants --older
}

// Offer is the newest of the copies that is good, if the keyring is damaged or
// missing; else nil.
func (k *Keeper) Offer(beside []Beside) *Offer {
	path := k.real()
	memory, err := keyfile.Recall(path)
	if err != nil {
		return nil
	}
	if c, err := k.admin.readCurrent(path); err != nil || c.ring != nil {
		return nil
	}
	var best *Offer
	for _, b := range beside {
		backup := Backup{Path: b.Path, Passphrase: k.admin.passphrase}
		ring, err := backup.read(k.admin.access)
		if err == nil && (best == nil || ring.Generation >= best.Generation) {
			best = &Offer{b.Path, ring.Generation, ring.Generation < memory.Generation}
		}
	}
	return best
}

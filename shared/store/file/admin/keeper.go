package admin

import (
	"slices"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// Keeper looks after a keyring file as a whole: it checks it, copies it and
// puts a copy back. Unlike an Admin it does not need a file that is good, or
// there.
type Keeper struct{ admin *Admin }

// Keep returns a Keeper of the keyring at path, which may be a symbolic link.
// It reads nothing yet.
func Keep(path string, o Options) (*Keeper, error) {
	a, err := newAdmin(path, o)
	if err != nil {
		return nil, err
	}
	return &Keeper{a}, nil
}

// Report is what a good keyring file holds.
type Report struct {
	Path       string // absolute
	Format     int
	Encrypted  bool // with a passphrase
	Generation uint64
	Keys       int
	Versions   int                 // those that are not destroyed
	Scheduled  []*keyadmin.Version // the first to be destroyed first
	Overdue    int                 // versions whose time has come, with their material still in the file
}

// Check reads and verifies the file, without the lock, and changes nothing. Its
// errors name the file and the remedy; of a missing one they wrap
// fs.ErrNotExist.
func (k *Keeper) Check() (*Report, error) {
	f, r, err := k.load()
	if err != nil {
		return nil, err
	}
	return k.report(f, r), nil
}

// load reads and verifies the keyring.
func (k *Keeper) load() (*keyfile.File, *keyfile.Keyring, error) {
	memory, err := keyfile.Recall(k.admin.path)
	if err != nil {
		return nil, nil, err
	}
	f, err := k.admin.access.Load(k.admin.path, k.admin.passphrase)
	if err != nil {
		return nil, nil, memory.Explain(err)
	}
	if err := f.Admit(); err != nil {
		return nil, nil, err
	}
	r, err := f.Keyring()
	if err == nil {
		err = memory.Accept(r.Generation)
	}
	return f, r, err
}

// report is of a file that was read.
func (k *Keeper) report(f *keyfile.File, r *keyfile.Keyring) *Report {
	p := newReport(f.Path, r, k.admin.now())
	p.Format, p.Encrypted = f.Format, f.Encrypted()
	return p
}

// newReport is of a keyring in the newest format and in plain text.
func newReport(path string, r *keyfile.Keyring, now time.Time) *Report {
	p := &Report{Path: path, Format: keyfile.Format, Generation: r.Generation, Keys: len(r.Keys)}
	for _, k := range r.Keys {
		for _, v := range k.Versions {
			p.count(k, v, now)
		}
	}
	slices.SortStableFunc(p.Scheduled, func(a, b *keyadmin.Version) int { return a.DestroyAt.Compare(b.DestroyAt) })
	return p
}

func (p *Report) count(k *keyfile.Key, v *keyfile.Version, now time.Time) {
	switch {
	case v.Status == key.VersionDestroyed:
		return
	case v.StatusAt(now) == key.VersionDestroyed:
		p.Overdue++
		return
	case v.Status == key.VersionScheduled:
		p.Scheduled = append(p.Scheduled, versionView(k, v))
	}
	p.Versions++
}

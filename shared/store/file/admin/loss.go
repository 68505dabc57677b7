package admin

import (
	"fmt"
	"strings"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// Loss is a version whose material one of two keyrings has and the other has
// not.
type Loss struct {
	Key     key.ID
	Version key.VersionID
}

// losses are the versions whose material from has and to has not.
func losses(from, to *keyfile.Keyring) []Loss {
	var all []Loss
	for _, k := range from.Keys {
		for _, v := range k.Versions {
			if len(v.Material) > 0 && !hasMaterial(to, k.ID, v) {
				all = append(all, Loss{k.ID, v.ID})
			}
		}
	}
	return all
}

func hasMaterial(r *keyfile.Keyring, id key.ID, v *keyfile.Version) bool {
	k := r.Key(id)
	if k == nil {
		return false
	}
	same := k.Version(v.ID)
	return same != nil && len(same.Material) > 0 && same.Fingerprint == v.Fingerprint
}

// refuse says what a restore would undo, if it would and is not meant to.
func (r *Restoration) refuse(generation uint64, older bool) error {
	if older || r.From >= generation && len(r.Lost) == 0 {
		return nil
	}
	what := []string{fmt.Sprintf("the backup is of generation %d, the keyring of %d", r.From, generation)}
	if len(r.Lost) > 0 {
		what = append(what, "it lacks "+names(r.Lost))
	}
	return fmt.Errorf("%w: %s; states, names and primaries would be those of the backup: if that is meant, say --older",
		keyadmin.ErrRefused, strings.Join(what, "; "))
}

// names lists the first versions of many.
func names(all []Loss) string {
	const most = 5
	var words []string
	for _, l := range all[:min(len(all), most)] {
		words = append(words, fmt.Sprintf("version %s of key %s", l.Version, l.Key))
	}
	if more := len(all) - most; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}

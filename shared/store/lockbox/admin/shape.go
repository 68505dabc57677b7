package admin

import (
	"fmt"
	"slices"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/lockbox/internal/payload"
)

// state is a secret that is a key, with its versions, as one look found it.
type state struct {
	*lockbox.Secret
	versions []*lockbox.Version // oldest first
}

// algorithmOf is that of a version, by the names of its entries, which Lockbox
// shows without the payload: one entry, called like an algorithm.
func algorithmOf(v *lockbox.Version) (a key.Algorithm, made bool, err error) {
	names := v.GetPayloadEntryKeys()
	if len(names) != 1 {
		return 0, false, fmt.Errorf("has %d entries, and a key's version has one", len(names))
	}
	a, made, err = payload.ParseName(names[0])
	if err != nil {
		return 0, false, fmt.Errorf("has an entry that is not called %s", key.AlgorithmNames)
	}
	return a, made, nil
}

// looksLikeKey reports whether an entry of the current version, or the one that
// Lockbox generates, is called like an algorithm.
func looksLikeKey(s *lockbox.Secret) bool {
	return hasKey(s.GetCurrentVersion()) || hasName(s.GetPasswordPayloadSpecification().GetPasswordKey())
}

// isKey reports whether a secret is a key, or was one before somebody added a
// version that is none. Nothing else is ever changed.
func (s *state) isKey() bool {
	return looksLikeKey(s.Secret) || slices.ContainsFunc(s.versions, hasKey)
}

func hasKey(v *lockbox.Version) bool { return slices.ContainsFunc(v.GetPayloadEntryKeys(), hasName) }

func hasName(entry string) bool {
	_, _, err := payload.ParseName(entry)
	return err == nil
}

// makes is what the next version will be: the specification's algorithm if
// Lockbox generates, else that of the current version.
func (s *state) makes() (a key.Algorithm, made bool) {
	if p := s.GetPasswordPayloadSpecification(); p != nil {
		if a, made, err := payload.ParseName(p.GetPasswordKey()); err == nil {
			return a, made
		}
	}
	a, made, err := algorithmOf(s.GetCurrentVersion())
	if err != nil {
		return keyadmin.DefaultAlgorithm, false
	}
	return a, made
}

// key is the state as an administrator sees it.
func (s *state) key() *keyadmin.Key {
	algorithm, _ := s.makes()
	k := &keyadmin.Key{
		ID: key.ID(s.GetId()), Name: s.GetName(), Status: statusOf(s.Secret), CreatedAt: s.GetCreatedAt().AsTime(),
		DefaultAlgorithm: algorithm, FolderID: s.GetFolderId(), Deleted: s.gone(),
		Scheduled: keyadmin.Scheduled(s.all()),
	}
	if n := len(s.versions); n > 1 {
		k.RotatedAt = s.versions[n-1].GetCreatedAt().AsTime()
	}
	if v := s.find(key.VersionID(s.GetCurrentVersion().GetId())); v != nil &&
		v.GetStatus() != lockbox.Version_DESTROYED {
		k.PrimaryVersion = s.version(v)
	}
	if s.deleted() {
		for _, v := range s.versions {
			if at := v.GetDestroyAt(); at != nil && at.AsTime().After(k.DeleteAt) {
				k.DeleteAt = at.AsTime()
			}
		}
	}
	return k
}

// all are the versions as an administrator sees them.
func (s *state) all() (all []*keyadmin.Version) {
	for _, v := range s.versions {
		all = append(all, s.version(v))
	}
	return all
}

// deleted reports whether nothing of the key is left but what is to be
// destroyed, as after Delete.
func (s *state) deleted() bool {
	return s.GetStatus() == lockbox.Secret_INACTIVE && len(s.versions) > 0 && !s.some(lockbox.Version_ACTIVE)
}

// gone reports whether the grace of Delete is over.
func (s *state) gone() bool {
	return s.deleted() && !s.some(lockbox.Version_SCHEDULED_FOR_DESTRUCTION)
}

func (s *state) some(status lockbox.Version_Status) bool {
	return slices.ContainsFunc(s.versions, func(v *lockbox.Version) bool { return v.GetStatus() == status })
}

func (s *state) find(id key.VersionID) *lockbox.Version {
	for _, v := range s.versions {
		if v.GetId() == string(id) {
			return v
		}
	}
	return nil
}

func (s *state) version(v *lockbox.Version) *keyadmin.Version {
	algorithm, _, _ := algorithmOf(v) // 0 if it is none: `rekey keys check` says so
	return &keyadmin.Version{
		ID: key.VersionID(v.GetId()), KeyID: key.ID(s.GetId()), Status: versionStatuses[v.GetStatus()],
		Algorithm: algorithm,
		CreatedAt: v.GetCreatedAt().AsTime(), Primary: s.isPrimary(v), DestroyAt: timeOf(v),
	}
}

func (s *state) isPrimary(v *lockbox.Version) bool {
	return v.GetId() == s.GetCurrentVersion().GetId() && v.GetStatus() != lockbox.Version_DESTROYED
}

// statusOf takes a secret that is still being created for one that is not
// usable.
func statusOf(s *lockbox.Secret) key.Status {
	if s.GetStatus() == lockbox.Secret_ACTIVE {
		return key.Active
	}
	return key.Inactive
}

// timeOf is when a version will be destroyed. Of a destroyed one Lockbox does
// not say when it was.
func timeOf(v *lockbox.Version) (at time.Time) {
	if v.GetDestroyAt() != nil {
		at = v.GetDestroyAt().AsTime()
	}
	return at
}

var versionStatuses = map[lockbox.Version_Status]key.VersionStatus{
	lockbox.Version_ACTIVE:                    key.VersionActive,
	lockbox.Version_SCHEDULED_FOR_DESTRUCTION: key.VersionScheduled,
	lockbox.Version_DESTROYED:                 key.VersionDestroyed,
}

// specification has Lockbox generate the text of an entry: what
// aead.MaterialFromText takes, with 380 bits of randomness.
func specification(a key.Algorithm) *lockbox.PasswordPayloadSpecification {
	return &lockbox.PasswordPayloadSpecification{
		PasswordKey: payload.Name(a, true), Length: 64,
		IncludeUppercase: wrapperspb.Bool(true), IncludeLowercase: wrapperspb.Bool(true),
		IncludeDigits:      wrapperspb.Bool(true),
		IncludePunctuation: wrapperspb.Bool(false),
	}
}

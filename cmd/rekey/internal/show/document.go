package show

import (
	"errors"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// Key is SymmetricKey of Yandex KMS as JSON; deleteAt, deleted and
// scheduledVersions are ours.
type Key struct {
	ID               key.ID   `json:"id"`
	FolderID         string   `json:"folderId,omitzero"`
	Name             string   `json:"name,omitzero"`
	Status           string   `json:"status"`
	CreatedAt        string   `json:"createdAt"`
	RotatedAt        string   `json:"rotatedAt,omitzero"`
	DeleteAt         string   `json:"deleteAt,omitzero"`
	DefaultAlgorithm string   `json:"defaultAlgorithm"`
	PrimaryVersion   *Version `json:"primaryVersion,omitzero"`

	ScheduledVersions []Version `json:"scheduledVersions,omitzero"`
	Deleted           bool      `json:"deleted,omitzero"`
}

// Version is SymmetricKeyVersion of Yandex KMS as JSON.
type Version struct {
	ID        key.VersionID `json:"id"`
	KeyID     key.ID        `json:"keyId"`
	Status    string        `json:"status"`
	Algorithm string        `json:"algorithm"`
	CreatedAt string        `json:"createdAt"`
	Primary   bool          `json:"primary"`
	DestroyAt string        `json:"destroyAt,omitzero"`
}

// KeyOf is the document of a key.
func KeyOf(k *keyadmin.Key) Key {
	d := Key{ID: k.ID, FolderID: k.FolderID, Name: k.Name, Status: k.Status.String(),
		CreatedAt: RFC3339(k.CreatedAt), RotatedAt: RFC3339(k.RotatedAt), DeleteAt: RFC3339(k.DeleteAt),
		DefaultAlgorithm: Algorithm(k.DefaultAlgorithm, unspecified), Deleted: k.Deleted}
	if k.PrimaryVersion != nil {
		v := VersionOf(k.PrimaryVersion)
		d.PrimaryVersion = &v
	}
	if len(k.Scheduled) > 0 {
		d.ScheduledVersions = All(k.Scheduled, VersionOf)
	}
	return d
}

// VersionOf is the document of a version.
func VersionOf(v *keyadmin.Version) Version {
	return Version{ID: v.ID, KeyID: v.KeyID, Status: v.Status.String(),
		Algorithm: Algorithm(v.Algorithm, unspecified), CreatedAt: RFC3339(v.CreatedAt),
		Primary: v.Primary, DestroyAt: RFC3339(v.DestroyAt)}
}

// All is the list of what each is; an empty list, not null, if there is none.
func All[T, D any](all []T, of func(T) D) []D {
	docs := make([]D, 0, len(all))
	for _, one := range all {
		docs = append(docs, of(one))
	}
	return docs
}

// unspecified is an algorithm that is not known.
const unspecified = "SYMMETRIC_ALGORITHM_UNSPECIFIED"

// Algorithm names an algorithm. In Lockbox a version may have none.
func Algorithm(a key.Algorithm, none string) string {
	if !a.Valid() {
		return none
	}
	return a.String()
}

// Unseen is what could not be seen.
type Unseen struct {
	KeyID     key.ID        `json:"keyId,omitzero"`
	Name      string        `json:"name,omitzero"`
	VersionID key.VersionID `json:"versionId,omitzero"`
	Error     string        `json:"error"`
}

// UnseenOf is what an error says could not be seen; empty if it is nil.
func UnseenOf(err error) (all []Unseen) {
	var unseen *keyadmin.Unseen
	if errors.As(err, &unseen) {
		for _, m := range unseen.What {
			all = append(all, Unseen{m.ID, m.Name, m.Version, m.Err.Error()})
		}
	}
	return all
}

// RFC3339 is protobuf's JSON form of a Timestamp; empty for the zero time.
func RFC3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

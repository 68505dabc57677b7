package main

import (
	"errors"
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// keyJSON is SymmetricKey of Yandex KMS as JSON; deleteAt, deleted and
// scheduledVersions are ours.
type keyJSON struct {
	ID               key.ID       `json:"id"`
	FolderID         string       `json:"folderId,omitzero"`
	Name             string       `json:"name,omitzero"`
	Status           string       `json:"status"`
	CreatedAt        string       `json:"createdAt"`
	RotatedAt        string       `json:"rotatedAt,omitzero"`
	DeleteAt         string       `json:"deleteAt,omitzero"`
	DefaultAlgorithm string       `json:"defaultAlgorithm"`
	PrimaryVersion   *versionJSON `json:"primaryVersion,omitzero"`

	ScheduledVersions []versionJSON `json:"scheduledVersions,omitzero"`
	Deleted           bool          `json:"deleted,omitzero"`
}

// versionJSON is SymmetricKeyVersion of Yandex KMS as JSON.
type versionJSON struct {
	ID        key.VersionID `json:"id"`
	KeyID     key.ID        `json:"keyId"`
	Status    string        `json:"status"`
	Algorithm string        `json:"algorithm"`
	CreatedAt string        `json:"createdAt"`
	Primary   bool          `json:"primary"`
	DestroyAt string        `json:"destroyAt,omitzero"`
}

func keyDocument(k *keyadmin.Key) keyJSON {
	d := keyJSON{ID: k.ID, FolderID: k.FolderID, Name: k.Name, Status: k.Status.String(), CreatedAt: rfc3339(k.CreatedAt),
		RotatedAt: rfc3339(k.RotatedAt), DeleteAt: rfc3339(k.DeleteAt), DefaultAlgorithm: algorithmName(k.DefaultAlgorithm, unspecified), Deleted: k.Deleted}
	if k.PrimaryVersion != nil {
		v := versionDocument(k.PrimaryVersion)
		d.PrimaryVersion = &v
	}
	for _, v := range k.Scheduled {
		d.ScheduledVersions = append(d.ScheduledVersions, versionDocument(v))
	}
	return d
}

// unspecified is an algorithm that is not known.
const unspecified = "SYMMETRIC_ALGORITHM_UNSPECIFIED"

// unseenJSON is what could not be seen.
type unseenJSON struct {
	KeyID     key.ID        `json:"keyId,omitzero"`
	Name      string        `json:"name,omitzero"`
	VersionID key.VersionID `json:"versionId,omitzero"`
	Error     string        `json:"error"`
}

// unseenDocument is what an error says could not be seen; empty if it is nil.
func unseenDocument(err error) (all []unseenJSON) {
	var unseen *keyadmin.Unseen
	if errors.As(err, &unseen) {
		for _, m := range unseen.What {
			all = append(all, unseenJSON{m.ID, m.Name, m.Version, m.Err.Error()})
		}
	}
	return all
}

func versionDocument(v *keyadmin.Version) versionJSON {
	return versionJSON{ID: v.ID, KeyID: v.KeyID, Status: v.Status.String(), Algorithm: algorithmName(v.Algorithm, unspecified),
		CreatedAt: rfc3339(v.CreatedAt), Primary: v.Primary, DestroyAt: rfc3339(v.DestroyAt)}
}

// rfc3339 is protobuf's JSON form of a Timestamp; empty for the zero time.
func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

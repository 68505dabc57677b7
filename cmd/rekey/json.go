package main

import (
	"time"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// keyJSON is SymmetricKey of Yandex KMS as JSON; deleteAt is ours.
type keyJSON struct {
	ID               key.ID       `json:"id"`
	Name             string       `json:"name,omitzero"`
	Status           string       `json:"status"`
	CreatedAt        string       `json:"createdAt"`
	RotatedAt        string       `json:"rotatedAt,omitzero"`
	DeleteAt         string       `json:"deleteAt,omitzero"`
	DefaultAlgorithm string       `json:"defaultAlgorithm"`
	PrimaryVersion   *versionJSON `json:"primaryVersion,omitzero"`
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
	d := keyJSON{ID: k.ID, Name: k.Name, Status: k.Status.String(), CreatedAt: rfc3339(k.CreatedAt),
		RotatedAt: rfc3339(k.RotatedAt), DeleteAt: rfc3339(k.DeleteAt), DefaultAlgorithm: k.DefaultAlgorithm.String()}
	if k.PrimaryVersion != nil {
		v := versionDocument(k.PrimaryVersion)
		d.PrimaryVersion = &v
	}
	return d
}

func versionDocument(v *keyadmin.Version) versionJSON {
	return versionJSON{ID: v.ID, KeyID: v.KeyID, Status: v.Status.String(), Algorithm: algorithmName(v.Algorithm, "SYMMETRIC_ALGORITHM_UNSPECIFIED"),
		CreatedAt: rfc3339(v.CreatedAt), Primary: v.Primary, DestroyAt: rfc3339(v.DestroyAt)}
}

// rfc3339 is protobuf's JSON form of a Timestamp; empty for the zero time.
func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

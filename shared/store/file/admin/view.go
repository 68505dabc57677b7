package admin

import (
	"rekey/shared/keyadmin"
	"rekey/shared/store/file/internal/keyfile"
)

// keyView is a key as keyadmin shows it, without its material.
func keyView(k *keyfile.Key) *keyadmin.Key {
	var all []*keyadmin.Version
	for _, v := range k.Versions {
		all = append(all, versionView(k, v))
	}
	return &keyadmin.Key{
		ID:               k.ID,
		Name:             k.Name,
		Status:           k.Status,
		CreatedAt:        k.CreatedAt,
		RotatedAt:        k.RotatedAt,
		DeleteAt:         k.DeleteAt,
		DefaultAlgorithm: k.DefaultAlgorithm,
		PrimaryVersion:   versionView(k, k.Version(k.Primary)),
		Scheduled:        keyadmin.Scheduled(all),
	}
}

func versionView(k *keyfile.Key, v *keyfile.Version) *keyadmin.Version {
	return &keyadmin.Version{
		ID:        v.ID,
		KeyID:     k.ID,
		Status:    v.Status,
		Algorithm: v.Algorithm,
		CreatedAt: v.CreatedAt,
		Primary:   v.ID == k.Primary,
		DestroyAt: v.DestroyAt,
	}
}

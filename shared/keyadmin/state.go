package keyadmin

import (
	"fmt"
	"slices"

	"rekey/shared/key"
)

// Scheduled are the versions that will be destroyed, in that order.
func Scheduled(all []*Version) []*Version {
	due := slices.DeleteFunc(slices.Clone(all), func(v *Version) bool { return v.Status != key.VersionScheduled })
	slices.SortStableFunc(due, func(x, y *Version) int { return x.DestroyAt.Compare(y.DestroyAt) })
	if len(due) == 0 {
		return nil
	}
	return due
}

// Note is what a person should know of a key that its status does not say;
// empty if all is well.
func (k *Key) Note() string {
	switch n := len(k.Scheduled); {
	case k.Deleted:
		return "deleted permanently"
	case !k.DeleteAt.IsZero():
		return "to be deleted " + Date(k.DeleteAt)
	case k.PrimaryVersion == nil:
		return "no primary version"
	case k.PrimaryVersion.Status == key.VersionScheduled:
		return "primary to be destroyed " + Date(k.PrimaryVersion.DestroyAt)
	case n == 1:
		return "1 version to be destroyed " + Date(k.Scheduled[0].DestroyAt)
	case n > 1:
		return fmt.Sprintf("%d versions to be destroyed, the first %s", n, Date(k.Scheduled[0].DestroyAt))
	}
	return ""
}

package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rekey/shared/config"
	"rekey/shared/keyadmin"
	"rekey/shared/manage"
)

// Lister lists what a server shows of its keys: those that REKEY_KEYS names,
// and without it all of a keyring file or of a folder of Lockbox.
func Lister(c *config.Config, ad keyadmin.Admin) manage.Lister {
	return func(ctx context.Context) (keys []*keyadmin.Key, err error) {
		switch {
		case c.Store == config.StoreLockbox && len(c.Keys) > 0:
			keys, err = each(ctx, c, ad)
		case c.Store == config.StoreLockbox && c.FolderID == "":
			return nil, fmt.Errorf("%w: its operator has to set REKEY_KEYS or REKEY_FOLDER_ID", manage.ErrUnable)
		default:
			keys, err = ad.List(ctx)
		}
		if onlyDenied(err) {
			err = nil // the others are not for this account
		}
		if denied(err) {
			return nil, fmt.Errorf("%w: its service account needs the role lockbox.viewer", manage.ErrUnable)
		}
		if len(c.Keys) > 0 {
			keys = slices.DeleteFunc(keys, func(k *keyadmin.Key) bool { return !slices.Contains(c.Keys, k.ID) })
		}
		return keys, err
	}
}

// each is the keys that REKEY_KEYS names, one by one: that takes no right to list a
// folder. Those that this account may not see are left out, unless all are:
// Lockbox says the same of what is not there.
func each(ctx context.Context, c *config.Config, ad keyadmin.Admin) (keys []*keyadmin.Key, unseen error) {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(c.Keys))) {
		k, err := ad.Get(ctx, id)
		switch {
		case err == nil:
			keys = append(keys, k)
		case denied(err):
			unseen = err
		case !errors.Is(err, keyadmin.ErrNotFound):
			return nil, err
		}
	}
	if len(keys) > 0 {
		unseen = nil
	}
	return keys, unseen
}

// denied: this account may not see it. Of one that the store does not know
// nothing can be said.
func denied(err error) bool {
	return errors.Is(err, keyadmin.ErrDenied) && !errors.Is(err, keyadmin.ErrUnauthenticated)
}

// onlyDenied: what could not be seen is what this account may not see.
func onlyDenied(err error) bool {
	var u *keyadmin.Unseen
	return errors.As(err, &u) && !slices.ContainsFunc(u.What, func(m keyadmin.Missed) bool { return !denied(m.Err) })
}

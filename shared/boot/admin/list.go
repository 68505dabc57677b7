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
		if errors.Is(err, keyadmin.ErrDenied) {
			return nil, fmt.Errorf("%w: its service account needs the role lockbox.viewer", manage.ErrUnable)
		}
		if len(c.Keys) > 0 {
			keys = slices.DeleteFunc(keys, func(k *keyadmin.Key) bool { return !slices.Contains(c.Keys, k.ID) })
		}
		return keys, err
	}
}

// each is the keys that REKEY_KEYS names, one by one: that takes no right to
// list a folder.
func each(ctx context.Context, c *config.Config, ad keyadmin.Admin) ([]*keyadmin.Key, error) {
	var keys []*keyadmin.Key
	for _, id := range c.Keys {
		k, err := ad.Get(ctx, id)
		if errors.Is(err, keyadmin.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// onlyDenied: what could not be seen is what this account may not see.
func onlyDenied(err error) bool {
	var u *keyadmin.Unseen
	return errors.As(err, &u) && !slices.ContainsFunc(u.What, func(m keyadmin.Missed) bool {
		return !errors.Is(m.Err, keyadmin.ErrDenied)
	})
}

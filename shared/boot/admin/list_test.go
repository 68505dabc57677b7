package admin_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"rekey/shared/boot/admin"
	"rekey/shared/config"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/manage"
)

// shown is an administrator of whom only this is asked.
type shown struct {
	keyadmin.Admin
	keys []*keyadmin.Key
	err  error
}

func (s shown) List(context.Context) ([]*keyadmin.Key, error) { return s.keys, s.err }

// TestLister: what cannot be listed says what is missing; what this account may
// not see is left out; anything else is an error.
func TestLister(t *testing.T) {
	in := func(s config.Store, folder string) *config.Config {
		c := new(config.Config)
		c.Store, c.FolderID = s, folder
		return c
	}
	one, broken := []*keyadmin.Key{{ID: "one"}}, errors.New("broken")
	unseen := func(causes ...error) error {
		var u keyadmin.Unseen
		for _, err := range causes {
			u.Add("two", "", err)
		}
		return u.OrNil()
	}
	for name, row := range map[string]struct {
		c    *config.Config
		err  error
		want error
	}{
		"a keyring":         {in(config.StoreFile, ""), nil, nil},
		"a folder":          {in(config.StoreLockbox, "b1g"), nil, nil},
		"no folder":         {in(config.StoreLockbox, ""), nil, manage.ErrUnable},
		"not known":         {in(config.StoreLockbox, "b1g"), keyadmin.ErrUnauthenticated, keyadmin.ErrUnauthenticated},
		"some not known":    {in(config.StoreLockbox, "b1g"), unseen(keyadmin.ErrUnauthenticated), keyadmin.ErrUnseen},
		"not allowed":       {in(config.StoreLockbox, "b1g"), keyadmin.ErrDenied, manage.ErrUnable},
		"some not allowed":  {in(config.StoreLockbox, "b1g"), unseen(keyadmin.ErrDenied), nil},
		"some not answered": {in(config.StoreLockbox, "b1g"), unseen(keyadmin.ErrDenied, broken), keyadmin.ErrUnseen},
		"broken":            {in(config.StoreFile, ""), broken, broken},
	} {
		keys, err := admin.Lister(row.c, shown{keys: one, err: row.err})(context.Background())
		if !errors.Is(err, row.want) || row.want == nil && (err != nil || len(keys) != 1) {
			t.Errorf("%s: %v, %v; want %v", name, keys, err, row.want)
		}
	}
	c := in(config.StoreFile, "")
	c.Keys = []key.ID{"two"}
	if keys, err := admin.Lister(c, shown{keys: one})(context.Background()); err != nil || len(keys) != 0 {
		t.Errorf("a key that REKEY_KEYS does not name: %v, %v", keys, err)
	}
}

// looked is an administrator who is asked for one key at a time.
type looked struct {
	keyadmin.Admin
	errs map[key.ID]error
}

func (l looked) Get(_ context.Context, id key.ID) (*keyadmin.Key, error) {
	if err := l.errs[id]; err != nil {
		return nil, err
	}
	return &keyadmin.Key{ID: id}, nil
}

// TestListerOfKeys: each key of REKEY_KEYS once, without those that are not
// there or not for this account; what is missing if all are not.
func TestListerOfKeys(t *testing.T) {
	broken := errors.New("broken")
	for name, row := range map[string]struct {
		errs map[key.ID]error
		want string
		err  error
	}{
		"all":                    {nil, "[a b c]", nil},
		"one is not there":       {map[key.ID]error{"b": keyadmin.ErrNotFound}, "[a c]", nil},
		"one is not for it":      {map[key.ID]error{"b": keyadmin.ErrDenied}, "[a c]", nil},
		"the last is not for it": {map[key.ID]error{"c": keyadmin.ErrDenied}, "[a b]", nil},
		"one is broken":          {map[key.ID]error{"b": broken}, "[]", broken},
		"credentials": {map[key.ID]error{"b": keyadmin.ErrUnauthenticated}, "[]",
			keyadmin.ErrUnauthenticated},
		"none is for it": {map[key.ID]error{"a": keyadmin.ErrDenied, "b": keyadmin.ErrDenied,
			"c": keyadmin.ErrDenied}, "[]", manage.ErrUnable},
	} {
		c := new(config.Config)
		c.Store, c.Keys = config.StoreLockbox, []key.ID{"c", "a", "b", "a"}
		keys, err := admin.Lister(c, looked{errs: row.errs})(context.Background())
		ids := []key.ID{}
		for _, k := range keys {
			ids = append(ids, k.ID)
		}
		if fmt.Sprint(ids) != row.want || !errors.Is(err, row.err) || (err == nil) != (row.err == nil) {
			t.Errorf("%s: %v, %v; want %s, %v", name, ids, err, row.want, row.err)
		}
	}
}

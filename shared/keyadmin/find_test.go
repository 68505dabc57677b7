package keyadmin_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// shelf is a store of keys that can only be looked at, and may have several
// of one name, as other stores than ours may.
type shelf struct {
	keyadmin.Admin
	keys    []*keyadmin.Key
	getErr  error
	listErr error
}

func (s *shelf) Get(_ context.Context, id key.ID) (*keyadmin.Key, error) {
	if s.getErr != nil {
		return nil, s.getErr
	}
	for _, k := range s.keys {
		if k.ID == id {
			return k, nil
		}
	}
	return nil, fmt.Errorf("%w: no key %s", keyadmin.ErrNotFound, id)
}

func (s *shelf) List(context.Context) ([]*keyadmin.Key, error) { return s.keys, s.listErr }

func TestFind(t *testing.T) {
	s := &shelf{keys: []*keyadmin.Key{
		{ID: "k1", Name: "orders"},
		{ID: "k2", Name: "k1"}, // like the id of another
		{ID: "k3", Name: "twice"},
		{ID: "k4", Name: "twice"},
		{ID: "k5", Name: "with space"},
		{ID: "k6"},
		{ID: "k7", Name: "caf\u00e9"},
	}}
	for _, c := range []struct {
		idOrName string
		want     key.ID
		err      error
		says     string
	}{
		{"k1", "k1", nil, ""}, // the id wins
		{"orders", "k1", nil, ""},
		{"with space", "k5", nil, ""},
		{"k6", "k6", nil, ""},
		{"cafe\u0301", "k7", nil, ""}, // it looks the same
		{"twice", "", keyadmin.ErrInvalid, `2 keys have the name "twice": give an id`},
		{"nobody", "", keyadmin.ErrNotFound, "no key nobody"},
		{"no body", "", keyadmin.ErrNotFound, `no key has the name "no body"`},
		{"Orders", "", keyadmin.ErrNotFound, "no key Orders"},
		{"", "", keyadmin.ErrNotFound, `no key has the name ""`}, // though k6 has none
	} {
		k, err := keyadmin.Find(context.Background(), s, c.idOrName)
		switch {
		case c.err == nil && err != nil:
			t.Errorf("%q: %v", c.idOrName, err)
		case c.err == nil && k.ID != c.want:
			t.Errorf("%q: key %s, want %s", c.idOrName, k.ID, c.want)
		case c.err != nil && (k != nil || !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%q: %v, %v, want %q", c.idOrName, k, err, c.says)
		}
	}
	if len(s.keys) != 7 || s.keys[5] == nil {
		t.Error("Find changed the list of its store")
	}
}

// A store that does not answer has not said that there is no such key.
func TestFindFailure(t *testing.T) {
	broken := errors.New("broken")
	orders := []*keyadmin.Key{{ID: "k1", Name: "orders"}}
	for name, s := range map[string]*shelf{
		"Get":  {keys: orders, getErr: broken},
		"List": {keys: orders, listErr: broken},
	} {
		if k, err := keyadmin.Find(context.Background(), s, "orders"); k != nil || !errors.Is(err, broken) {
			t.Errorf("%s fails: %v, %v", name, k, err)
		}
	}
	s := &shelf{getErr: fmt.Errorf("%w: key k1 has been deleted", keyadmin.ErrNotFound)}
	if _, err := keyadmin.Find(context.Background(), s, "k1"); err != s.getErr {
		t.Errorf("the store's own answer is lost: %v", err)
	}
}

// TestFindListed: an id wins over a name, and no store is asked about what may
// be not an id at all.
func TestFindListed(t *testing.T) {
	s := &shelf{keys: []*keyadmin.Key{
		{ID: "k1", Name: "orders"},
		{ID: "k2", Name: "other"},
		{ID: "k3", Name: "twice"},
		{ID: "k4", Name: "twice"},
		{ID: "k6"},
	}}
	for _, c := range []struct {
		idOrName string
		want     key.ID
		err      error
	}{
		{"k1", "k1", nil},
		{"orders", "k1", nil},
		{"k6", "k6", nil},
		{"twice", "", keyadmin.ErrInvalid},
		{"nobody", "", keyadmin.ErrNotFound},
		{"", "", keyadmin.ErrNotFound},
	} {
		k, err := keyadmin.FindListed(context.Background(), s, c.idOrName)
		if !errors.Is(err, c.err) || c.err == nil && (err != nil || k.ID != c.want) {
			t.Errorf("%q: got %v, %v", c.idOrName, k, err)
		}
	}
	s.getErr = errors.New("asked")
	if _, err := keyadmin.FindListed(context.Background(), s, "nobody"); !errors.Is(err, keyadmin.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	s.listErr = keyadmin.ErrDenied
	if _, err := keyadmin.FindListed(context.Background(), s, "orders"); !errors.Is(err, keyadmin.ErrDenied) {
		t.Errorf("no list: %v", err)
	}
}

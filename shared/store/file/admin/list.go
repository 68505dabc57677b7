package admin

import (
	"context"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// List is keyadmin.Admin's. Like Get and Versions it takes no lock and writes
// nothing: what is due shows as done, whether or not it has been purged.
func (a *Admin) List(ctx context.Context) ([]*keyadmin.Key, error) {
	e, err := a.view(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]*keyadmin.Key, 0, len(e.Keys))
	for _, k := range e.Keys {
		list = append(list, keyView(k))
	}
	return list, nil
}

// ListAll is keyadmin.Lister's. Of a deleted key only its id is known.
func (a *Admin) ListAll(ctx context.Context) ([]*keyadmin.Key, error) {
	e, err := a.view(ctx)
	if err != nil {
		return nil, err
	}
	var list []*keyadmin.Key
	for _, t := range e.Tombstones {
		list = append(list, &keyadmin.Key{ID: t.ID, Status: key.Inactive, Deleted: true})
	}
	for _, k := range e.Keys {
		list = append(list, keyView(k))
	}
	return list, nil
}

// Get is keyadmin.Admin's.
func (a *Admin) Get(ctx context.Context, id key.ID) (*keyadmin.Key, error) {
	e, err := a.view(ctx)
	if err != nil {
		return nil, err
	}
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	return keyView(k), nil
}

// Versions is keyadmin.Admin's.
func (a *Admin) Versions(ctx context.Context, id key.ID) ([]*keyadmin.Version, error) {
	e, err := a.view(ctx)
	if err != nil {
		return nil, err
	}
	k, err := e.find(id)
	if err != nil {
		return nil, err
	}
	list := make([]*keyadmin.Version, 0, len(k.Versions))
	for _, v := range k.Versions {
		list = append(list, versionView(k, v))
	}
	return list, nil
}

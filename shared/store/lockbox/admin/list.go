package admin

import (
	"context"
	"fmt"
	"slices"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// ErrNoFolder is why keys can be neither listed nor created.
var ErrNoFolder = fmt.Errorf("%w: which folder is not known: set REKEY_FOLDER_ID (`rekey keys` takes --folder-id, too)",
	keyadmin.ErrInvalid)

// List is keyadmin.Admin's: the secrets of the folder that are keys.
func (a *Admin) List(ctx context.Context) ([]*keyadmin.Key, error) {
	return a.list(ctx, looksLikeKey, func(s *state) bool { return !s.gone() })
}

// ListAll is keyadmin.Lister's. What was a key before somebody added a version
// that is none is there as well.
func (a *Admin) ListAll(ctx context.Context) ([]*keyadmin.Key, error) {
	return a.list(ctx, func(*lockbox.Secret) bool { return true }, (*state).isKey)
}

// list looks at the secrets that may be wanted, and returns those that are.
func (a *Admin) list(ctx context.Context, may func(*lockbox.Secret) bool, wanted func(*state) bool) ([]*keyadmin.Key,
	error) {
	var unseen keyadmin.Unseen
	all, err := a.secrets(ctx)
	if err != nil && len(all) == 0 {
		return nil, err
	}
	unseen.Add("", "", err)
	all = slices.DeleteFunc(all, func(s *lockbox.Secret) bool { return !may(s) })
	var keys []*keyadmin.Key
	for i, s := range walk(ctx, all, a.withVersions) {
		unseen.Add(key.ID(all[i].Id), all[i].Name, s.err)
		if s.err == nil && wanted(s.value) {
			keys = append(keys, s.value.key())
		}
	}
	if len(keys) == 0 && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	slices.SortStableFunc(keys, func(x, y *keyadmin.Key) int { return x.CreatedAt.Compare(y.CreatedAt) })
	return keys, unseen.OrNil()
}

// Names is keyadmin.Namer's: a call for each page, and none for a key.
func (a *Admin) Names(ctx context.Context) ([]*keyadmin.Key, error) {
	all, err := a.secrets(ctx)
	if err != nil {
		return nil, err
	}
	var keys []*keyadmin.Key
	for _, sec := range all {
		if looksLikeKey(sec) {
			keys = append(keys, &keyadmin.Key{ID: key.ID(sec.Id), Name: sec.Name, Status: statusOf(sec)})
		}
	}
	return keys, nil
}

// secrets are all of the folder, keys or not; with an error, those of the pages
// before.
func (a *Admin) secrets(ctx context.Context) ([]*lockbox.Secret, error) {
	if a.FolderID == "" {
		return nil, ErrNoFolder
	}
	var all []*lockbox.Secret
	for token := ""; ; {
		page, err := read(ctx, a, lockbox.SecretServiceClient.List,
			&lockbox.ListSecretsRequest{FolderId: a.FolderID, PageSize: pageSize, PageToken: token})
		if err != nil {
			if len(all) > 0 {
				err = fmt.Errorf("the first %d are known: %w", len(all), err)
			}
			return all, fmt.Errorf("listing the secrets of folder %s: %w", a.FolderID, err)
		}
		all = append(all, page.Secrets...)
		if token = page.NextPageToken; token == "" {
			return all, nil
		}
	}
}

package admin

import (
	"context"
	"fmt"
	"slices"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

// pageSize is how many secrets or versions are asked for in one call: the most that
// the API takes (secret_service.proto, "<=1000").
const pageSize = 1000

// Get is keyadmin.Admin's.
func (a *Admin) Get(ctx context.Context, id key.ID) (*keyadmin.Key, error) {
	s, err := a.find(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.key(), nil
}

// Versions is keyadmin.Admin's.
func (a *Admin) Versions(ctx context.Context, id key.ID) ([]*keyadmin.Version, error) {
	s, err := a.find(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.all(), nil
}

// find looks a key up that has not been deleted for good.
func (a *Admin) find(ctx context.Context, id key.ID) (*state, error) {
	s, err := a.known(ctx, id)
	if err == nil && s.gone() {
		return nil, fmt.Errorf("%w: key %s has been deleted: all its versions are destroyed; "+
			"`rekey keys delete %[2]s --now` removes what is left of it, its name", keyadmin.ErrNotFound, id)
	}
	return s, err
}

// findToChange is find for a command that changes the key. Who names a folder
// means the keys in it.
func (a *Admin) findToChange(ctx context.Context, id key.ID) (*state, error) {
	s, err := a.find(ctx, id)
	if err == nil {
		err = a.checkFolder(s)
	}
	return s, err
}

func (a *Admin) checkFolder(s *state) error {
	if a.FolderID == "" || s.GetFolderId() == a.FolderID {
		return nil
	}
	return fmt.Errorf("%w: key %s is in folder %s, and not in %s, which --folder-id or REKEY_FOLDER_ID names: "+
		"nothing was changed", keyadmin.ErrRefused, s.Id, s.GetFolderId(), a.FolderID)
}

// known looks up a key, or what is left of one. What is not a key is not found,
// whatever else it is: no command may change somebody's password.
func (a *Admin) known(ctx context.Context, id key.ID) (*state, error) {
	if err := keyadmin.CheckKeyID(id); err != nil {
		return nil, err
	}
	sec, err := read(ctx, a, lockbox.SecretServiceClient.Get, &lockbox.GetSecretRequest{SecretId: string(id)})
	if codeOf(err) == codes.InvalidArgument { // no id that Lockbox could have given
		return nil, fmt.Errorf("%w: no key %s: %w", keyadmin.ErrNotFound, id, err)
	}
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", id, err)
	}
	s, err := a.withVersions(ctx, sec)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", id, err)
	}
	if !s.isKey() {
		return nil, fmt.Errorf("%w: secret %s is not a key: no entry of it is called %s", keyadmin.ErrNotFound, id,
			key.AlgorithmNames)
	}
	return s, nil
}

// look is all that Lockbox shows of a secret, whatever it is.
func (a *Admin) look(ctx context.Context, id string) (*state, error) {
	sec, err := read(ctx, a, lockbox.SecretServiceClient.Get, &lockbox.GetSecretRequest{SecretId: id})
	if err != nil {
		return nil, err
	}
	return a.withVersions(ctx, sec)
}

// findVersion is findToChange for a version of a key.
func (a *Admin) findVersion(ctx context.Context, id key.ID, v key.VersionID) (*state, *lockbox.Version, error) {
	if err := keyadmin.CheckKeyID(id); err != nil {
		return nil, nil, err
	}
	if err := keyadmin.CheckVersionID(v); err != nil {
		return nil, nil, err
	}
	s, err := a.findToChange(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	found := s.find(v)
	if found == nil {
		return nil, nil, fmt.Errorf("%w: key %s has no version %s", keyadmin.ErrNotFound, id, v)
	}
	return s, found, nil
}

func (a *Admin) withVersions(ctx context.Context, sec *lockbox.Secret) (*state, error) {
	s := &state{Secret: sec}
	for token := ""; ; {
		page, err := read(ctx, a, lockbox.SecretServiceClient.ListVersions,
			&lockbox.ListVersionsRequest{SecretId: sec.Id, PageSize: pageSize, PageToken: token})
		if err != nil {
			return nil, fmt.Errorf("listing its versions: %w", err)
		}
		s.versions = append(s.versions, page.Versions...)
		if token = page.NextPageToken; token == "" {
			break
		}
	}
	slices.SortStableFunc(s.versions, func(x, y *lockbox.Version) int {
		return x.GetCreatedAt().AsTime().Compare(y.GetCreatedAt().AsTime())
	})
	return s, nil
}

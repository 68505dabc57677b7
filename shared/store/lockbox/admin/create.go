package admin

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rekey/shared/aead"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/lockbox/internal/payload"
)

// Create is keyadmin.Admin's. Ids are Lockbox's own: a chosen one is refused.
// The new payload is read back: a secret that turns out not to be a key is
// deleted again.
func (a *Admin) Create(ctx context.Context, c keyadmin.Creation) (*keyadmin.Key, error) {
	algorithm := cmp.Or(c.Algorithm, keyadmin.DefaultAlgorithm)
	if err := errors.Join(a.checkCreation(c), keyadmin.CheckAlgorithm(algorithm)); err != nil {
		return nil, err
	}
	if err := a.checkFree(ctx, c.Name); err != nil {
		return nil, err
	}
	r := &lockbox.CreateSecretRequest{FolderId: a.FolderID, Name: c.Name, Description: "a key of rekey",
		CreateVersion: wrapperspb.Bool(true)}
	var material []byte // of this machine
	if a.Material == Local {
		var err error
		if material, err = aead.RandomBytes(aead.MaterialSize); err != nil {
			return nil, err
		}
		defer clear(material)
		r.VersionPayloadEntries = []*lockbox.PayloadEntryChange{binary(algorithm, material)}
	} else {
		r.PayloadSpecification = &lockbox.CreateSecretRequest_PasswordPayloadSpecification{
			PasswordPayloadSpecification: specification(algorithm)}
	}
	mark, err := newMark()
	if err != nil {
		return nil, err
	}
	r.VersionDescription = mark
	id, version, err := a.createSecret(ctx, r)
	if err != nil {
		return nil, err
	}
	got, err := a.readMade(ctx, id, version, algorithm, material)
	if err != nil {
		return nil, a.takeBack(ctx, id, version, err)
	}
	clear(got)
	return a.created(ctx, id, version, c.Name)
}

// createSecret returns the ids of the new secret and its version. If the answer
// is lost the secret is known by its mark.
func (a *Admin) createSecret(ctx context.Context, r *lockbox.CreateSecretRequest) (id, version string, err error) {
	op, err := change(ctx, a, "create a secret", lockbox.SecretServiceClient.Create, r)
	if err != nil && !unsure(err) {
		return "", "", err
	}
	if made, errAbout := about(op, new(lockbox.CreateSecretMetadata)); err == nil && errAbout == nil {
		return made.SecretId, made.VersionId, nil
	}
	look, cancel := context.WithTimeout(context.WithoutCancel(ctx), operationTime)
	defer cancel()
	s, err := a.markedSecret(look, r.VersionDescription, err)
	if err != nil {
		return "", "", err
	}
	return s.Id, s.GetCurrentVersion().GetId(), nil
}

// created reads the new key back: it is there as it was made, and nobody else
// has made one of its name in between.
func (a *Admin) created(ctx context.Context, id, version, name string) (*keyadmin.Key, error) {
	s, err := a.after(ctx, id, nil)
	if err != nil {
		return nil, notSeen(id, "it was created", err)
	}
	if err := s.untouched(version); err != nil {
		return nil, differs(id, "it was created, and %w: see `rekey keys get %s`", err, id)
	}
	if name == "" {
		return s.key(), nil
	}
	all, err := a.secrets(ctx)
	if err != nil {
		return nil, notSeen(id, "it was created", err)
	}
	for _, sec := range all {
		if sec.Id != id && (keyadmin.SameName(sec.Name, name) || sec.Id == name) {
			return nil, differs(id, "it was created, and meanwhile secret %s with the same name or id, %q: delete "+
				"one of them, such as this one: `rekey keys delete %s --now`", sec.Id, name, id)
		}
	}
	return s.key(), nil
}

// untouched is nil if nobody has changed a secret that was made a moment ago.
func (s *state) untouched(version string) error {
	if len(s.versions) != 1 {
		return fmt.Errorf("it has %d versions: somebody else has changed it", len(s.versions))
	}
	if s.GetStatus() == lockbox.Secret_INACTIVE {
		return errors.New("somebody else has disabled it")
	}
	return s.encryptsWith(key.VersionID(version))
}

func (a *Admin) checkCreation(c keyadmin.Creation) error {
	switch {
	case a.FolderID == "":
		return ErrNoFolder
	case c.ID != "":
		return fmt.Errorf("%w: Lockbox gives the ids of keys itself: leave the id out", keyadmin.ErrInvalid)
	case c.Name != "":
		return keyadmin.CheckName(c.Name)
	}
	return nil
}

// IsID tells an id of Lockbox by its form, 20 small letters and digits.
func IsID(s string) bool {
	return len(s) == 20 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// checkFree refuses a name that another secret has as its name or id, or could
// have as its id. Lockbox itself may take it.
func (a *Admin) checkFree(ctx context.Context, name string) error {
	all, err := a.secrets(ctx) // without a name too: who may not list would not see the key
	if err != nil {
		return err
	}
	for _, sec := range all {
		if keyadmin.SameName(sec.Name, name) || name != "" && sec.Id == name {
			return a.taken(ctx, sec, name)
		}
	}
	if IsID(name) {
		return fmt.Errorf("%w: the name looks like an id of Lockbox, 20 letters and digits, and would be taken for "+
			"one: choose another", keyadmin.ErrInvalid)
	}
	return nil
}

// taken says whose a name is. That of a deleted key can be had.
func (a *Admin) taken(ctx context.Context, sec *lockbox.Secret, name string) error {
	if s, err := a.withVersions(ctx, sec); err == nil && s.isKey() && s.gone() {
		return fmt.Errorf("%w: key %s, which has been deleted, still has the name %q: "+
			"`rekey keys delete %[2]s --now` frees it", keyadmin.ErrExists, sec.Id, name)
	}
	return fmt.Errorf("%w: secret %s has the name or id %q: choose another name", keyadmin.ErrExists, sec.Id, name)
}

// readMade reads a new version back, and returns its material: it must be a key
// of this algorithm, and of this material if that is known.
func (a *Admin) readMade(ctx context.Context, secret, version string, want key.Algorithm, material []byte) ([]byte,
	error) {
	p, err := a.payloadOf(ctx, secret, version)
	if err != nil {
		return nil, fmt.Errorf("its payload cannot be read back: %w", err)
	}
	algorithm, got, err := payload.Material(p)
	if err != nil {
		return nil, fmt.Errorf("what Lockbox made is not a key: %w", err)
	}
	if algorithm != want || p.GetVersionId() != version || material != nil && !bytes.Equal(got, material) {
		clear(got)
		return nil, fmt.Errorf("what Lockbox made is %v in version %s: not what was asked for", algorithm,
			p.GetVersionId())
	}
	return got, nil
}

// takeBack deletes a new secret that is not usable, unless
// somebody has changed it since.
func (a *Admin) takeBack(ctx context.Context, id, version string, why error) error {
	s, err := a.after(ctx, id, nil)
	if err == nil {
		err = s.untouched(version)
	}
	if err == nil {
		err = a.remove(context.WithoutCancel(ctx), id)
	}
	if err != nil {
		return differs(id, "it was created and is not usable: %w; it could not be deleted again: %w: see "+
			"`rekey keys get %s`", why, err, id)
	}
	return fmt.Errorf("the secret was created and deleted again: %w", why)
}

func binary(a key.Algorithm, material []byte) *lockbox.PayloadEntryChange {
	return &lockbox.PayloadEntryChange{Key: payload.Name(a, false),
		Value: &lockbox.PayloadEntryChange_BinaryValue{BinaryValue: bytes.Clone(material)}}
}

// Import is keyadmin.Admin's, and refused: the key would get other ids, and
// RKY1 authenticates both.
func (a *Admin) Import(ctx context.Context, i keyadmin.Import) (*keyadmin.Version, error) {
	if err := keyadmin.CheckImport(i); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%w: Lockbox gives ids itself, and under other ids this material opens nothing that it "+
		"has sealed: keep it in a keyring file, and re-encrypt what it has sealed with a key of Lockbox",
		keyadmin.ErrInvalid)
}

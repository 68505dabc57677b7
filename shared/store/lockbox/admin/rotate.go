package admin

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"rekey/shared/aead"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/lockbox/internal/payload"
)

// Rotate is keyadmin.Admin's. AddVersion is a merge onto a base version: every
// other entry is taken out, and the new payload is read back, for Lockbox does
// not say whether a generated text is made anew or copied.
func (a *Admin) Rotate(ctx context.Context, id key.ID, algorithm key.Algorithm) (*keyadmin.Version, error) {
	if algorithm != 0 {
		if err := keyadmin.CheckAlgorithm(algorithm); err != nil {
			return nil, err
		}
	}
	s, err := a.find(ctx, id)
	if err != nil {
		return nil, err
	}
	p, err := a.basePayload(ctx, s)
	if err != nil {
		return nil, err
	}
	r := &rotation{Admin: a, state: s, base: p, prior: s.GetCurrentVersion().GetId()}
	r.algorithm, r.made = s.makes()
	r.algorithm = cmp.Or(algorithm, r.algorithm)
	if a.Material != AsBefore {
		r.made = a.Material == Generated
	}
	return r.run(ctx)
}

// basePayload reads what a new version is merged onto, before anything is
// changed: without it, nothing could be compared. It is empty for a secret that
// has no version yet, such as Terraform makes.
func (a *Admin) basePayload(ctx context.Context, s *state) (*lockbox.Payload, error) {
	base, err := s.base()
	switch {
	case err != nil:
		return nil, err
	case base == nil:
		return new(lockbox.Payload), nil
	}
	p, err := a.payloadOf(ctx, s.Id, base.Id)
	if err != nil {
		return nil, fmt.Errorf("key %s: nothing was changed: reading the payload of version %s, which the new one is compared with: %w", s.Id, base.Id, err)
	}
	return p, nil
}

// base is what a new version is merged onto: the current version, or the last
// one that may be; nil if there never was one.
func (s *state) base() (*lockbox.Version, error) {
	if s.deleted() {
		return nil, fmt.Errorf("%w: key %s is being deleted: cancel the destruction of its versions and enable it first", keyadmin.ErrRefused, s.Id)
	}
	if s.GetStatus() != lockbox.Secret_ACTIVE {
		return nil, fmt.Errorf("%w: key %s is disabled, and the payload of a disabled key cannot be read back: enable it first", keyadmin.ErrRefused, s.Id)
	}
	if len(s.versions) == 0 {
		return nil, nil
	}
	if v := s.find(key.VersionID(s.GetCurrentVersion().GetId())); v.GetStatus() == lockbox.Version_ACTIVE {
		return v, nil
	}
	for i := len(s.versions) - 1; i >= 0; i-- {
		if v := s.versions[i]; v.GetStatus() == lockbox.Version_ACTIVE {
			return v, nil
		}
	}
	return nil, fmt.Errorf("%w: key %s has no version that is ACTIVE, and Lockbox makes a new one out of such alone: cancel a destruction, or create another key", keyadmin.ErrRefused, s.Id)
}

// rotation makes one version.
type rotation struct {
	*Admin
	*state
	base      *lockbox.Payload
	prior     string        // the primary of before
	algorithm key.Algorithm // of the new version
	made      bool          // by Lockbox
}

func (r *rotation) run(ctx context.Context) (*keyadmin.Version, error) {
	q := &lockbox.AddVersionRequest{SecretId: r.Id, BaseVersionId: r.base.VersionId}
	var material []byte
	if !r.made {
		var err error
		if material, err = aead.RandomBytes(aead.MaterialSize); err != nil {
			return nil, err
		}
		defer clear(material)
		q.PayloadEntries = append(q.PayloadEntries, binary(r.algorithm, material))
	}
	for _, e := range r.base.Entries { // a change without a value removes
		if e.Key != payload.Name(r.algorithm, r.made) {
			q.PayloadEntries = append(q.PayloadEntries, &lockbox.PayloadEntryChange{Key: e.Key})
		}
	}
	before := r.GetPasswordPayloadSpecification()
	specified, err := r.specify(ctx)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", r.Id, err)
	}
	op, err := change(ctx, r.Admin, "add a version", lockbox.SecretServiceClient.AddVersion, q)
	if err != nil {
		if specified {
			err = r.unspecify(ctx, before, err)
		}
		return nil, fmt.Errorf("key %s: %w", r.Id, err)
	}
	added, err := about(op, new(lockbox.AddVersionMetadata))
	if err != nil {
		return nil, err
	}
	if err := r.check(ctx, added.VersionId, material); err != nil {
		return nil, r.retreat(ctx, added.VersionId, err)
	}
	s, v, err := r.findVersion(ctx, key.ID(r.Id), key.VersionID(added.VersionId))
	if err != nil {
		return nil, fmt.Errorf("version %s was added: %w", added.VersionId, err)
	}
	if current := s.GetCurrentVersion().GetId(); current == r.prior && current != v.Id {
		return nil, fmt.Errorf("key %s: version %s was added, and %s is still the primary: `rekey keys set-primary` changes that", r.Id, v.Id, current)
	}
	return s.version(v), nil
}

// specify has the secret generate, or not, what the new version is to be. It
// reports whether there was anything to change.
func (r *rotation) specify(ctx context.Context) (bool, error) {
	want, have := "", r.GetPasswordPayloadSpecification()
	if r.made {
		want = payload.Name(r.algorithm, true)
	}
	if have.GetPasswordKey() == want {
		return false, nil
	}
	var to *lockbox.PasswordPayloadSpecification
	if r.made {
		to = specification(r.algorithm)
	}
	return true, r.setSpecification(ctx, to)
}

func (r *rotation) setSpecification(ctx context.Context, to *lockbox.PasswordPayloadSpecification) error {
	q := &lockbox.UpdateSecretRequest{SecretId: r.Id, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"password_payload_specification"}}}
	if to != nil {
		q.PayloadSpecification = &lockbox.UpdateSecretRequest_PasswordPayloadSpecification{PasswordPayloadSpecification: to}
	}
	_, err := change(ctx, r.Admin, "change what the secret generates", lockbox.SecretServiceClient.Update, q)
	return err
}

// unspecify takes specify back, so that the next rotation is not another one.
func (r *rotation) unspecify(ctx context.Context, before *lockbox.PasswordPayloadSpecification, why error) error {
	if err := r.setSpecification(context.WithoutCancel(ctx), before); err != nil {
		return fmt.Errorf("%w; what the secret generates was changed before, and could not be changed back: %w", why, err)
	}
	return why
}

// check reads the new version back: it is a key, the one that was asked for,
// and not the material of the base version.
func (r *rotation) check(ctx context.Context, version string, material []byte) error {
	fresh, err := r.readMade(ctx, r.Id, version, r.algorithm, material)
	if err != nil {
		return err
	}
	defer clear(fresh)
	_, old, err := payload.Material(r.base)
	if err != nil {
		return nil // it was no key
	}
	defer clear(old)
	if bytes.Equal(old, fresh) {
		return fmt.Errorf("%w: Lockbox copied the material of version %s instead of generating it anew: rotate with --material local", keyadmin.ErrRefused, r.base.VersionId)
	}
	return nil
}

// retreat makes the old primary the primary again. The new version is left: in
// the meantime somebody may have encrypted with it.
func (r *rotation) retreat(ctx context.Context, version string, why error) error {
	if r.prior == "" {
		return fmt.Errorf("key %s: version %s was added and is no good: %w", r.Id, version, why)
	}
	q := &lockbox.SetCurrentVersionRequest{SecretId: r.Id, VersionId: r.prior}
	if _, err := change(context.WithoutCancel(ctx), r.Admin, "make the old version the primary again", lockbox.SecretServiceClient.SetCurrentVersion, q); err != nil {
		return fmt.Errorf("key %s: version %s was added, is the primary and is no good: %w; %w", r.Id, version, why, err)
	}
	return fmt.Errorf("key %s: version %s was added and is no good, %s is the primary again: %w", r.Id, version, r.prior, why)
}

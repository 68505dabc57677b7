package admin

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
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
	s, err := a.findToChange(ctx, id)
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
		return nil, fmt.Errorf("key %s: nothing was changed: reading the payload of version %s, which the new one is "+
			"compared with: %w", s.Id, base.Id, err)
	}
	return p, nil
}

// base is what a new version is merged onto: the current version, or the last
// one that may be; nil if there never was one.
func (s *state) base() (*lockbox.Version, error) {
	if s.deleted() {
		return nil, fmt.Errorf("%w: key %s is being deleted: cancel the destruction of its versions and enable it "+
			"first", keyadmin.ErrRefused, s.Id)
	}
	if s.GetStatus() != lockbox.Secret_ACTIVE {
		return nil, fmt.Errorf("%w: key %s is disabled, and the payload of a disabled key cannot be read back: "+
			"enable it first", keyadmin.ErrRefused, s.Id)
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
	return nil, fmt.Errorf("%w: key %s has no version that is ACTIVE, and Lockbox makes a new one only out of such a "+
		"version: cancel a destruction, or create another key (`rekey keys delete %[2]s --now` frees the name)",
		keyadmin.ErrRefused, s.Id)
}

// rotation makes one version.
type rotation struct {
	*Admin
	*state    // of before
	base      *lockbox.Payload
	prior     string        // the primary of before
	algorithm key.Algorithm // of the new version
	made      bool          // by Lockbox
	specified bool          // what the secret generates was changed for it
}

func (r *rotation) run(ctx context.Context) (*keyadmin.Version, error) {
	material, err := r.material()
	if err != nil {
		return nil, err
	}
	defer clear(material)
	mark, err := newMark()
	if err != nil {
		return nil, err
	}
	if r.specified, err = r.specify(ctx); err != nil {
		return nil, err
	}
	q := &lockbox.AddVersionRequest{SecretId: r.Id, BaseVersionId: r.base.VersionId, Description: mark,
		PayloadEntries: r.changes(material)}
	version, err := r.add(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", r.Id, r.unspecify(ctx, len(r.versions), err))
	}
	bad := r.check(ctx, version, material)
	now, err := r.after(ctx, r.Id, nil)
	switch {
	case err != nil:
		return nil, notSeen(r.Id, "version "+version+" was added", err)
	case bad != nil:
		return nil, r.restorePrimary(ctx, now, version, bad)
	}
	if err := r.kept(now, version); err != nil {
		return nil, differs(r.Id, "version %s was added, and %w", version, err)
	}
	return now.version(now.find(key.VersionID(version))), nil
}

// material is that of the new version, unless Lockbox makes it.
func (r *rotation) material() ([]byte, error) {
	if r.made {
		return nil, nil
	}
	return aead.RandomBytes(aead.MaterialSize)
}

// changes turn the entries of the base version into those of the new one.
func (r *rotation) changes(material []byte) (all []*lockbox.PayloadEntryChange) {
	if !r.made {
		all = append(all, binary(r.algorithm, material))
	}
	for _, e := range r.base.Entries { // a change without a value removes
		if e.Key != payload.Name(r.algorithm, r.made) {
			all = append(all, &lockbox.PayloadEntryChange{Key: e.Key})
		}
	}
	return all
}

// add adds the version, and returns its id. If the answer is lost, or does not
// say it, the version is known by its mark.
func (r *rotation) add(ctx context.Context, q *lockbox.AddVersionRequest) (string, error) {
	op, err := change(ctx, r.Admin, "add a version", lockbox.SecretServiceClient.AddVersion, q)
	if err != nil && !unsure(err) {
		return "", err
	}
	if added, errAbout := about(op, new(lockbox.AddVersionMetadata)); err == nil && errAbout == nil {
		return added.VersionId, nil
	}
	now, seen := r.after(ctx, r.Id, err)
	switch {
	case seen == nil && now.marked(q.Description) != nil:
		return now.marked(q.Description).Id, nil
	case err == nil:
		return "", notSeen(r.Id, "a version was added", cmp.Or(seen, errors.New("the secret does not show it")))
	case seen != nil:
		return "", fmt.Errorf("%w; whether it was made could not be seen: %w", err, seen)
	}
	return "", fmt.Errorf("%w; so far it was not made: look again with `rekey keys versions %s` before you repeat it",
		err, r.Id)
}

// kept is nil if the new version is the primary of a key that is as before
// otherwise, and the next one will be like it.
func (r *rotation) kept(now *state, version string) error {
	if current := now.GetCurrentVersion().GetId(); current != version {
		return fmt.Errorf("%s is the primary: `rekey keys set-primary %s %s` changes that", current, r.Id, version)
	}
	if err := cmp.Or(now.isActive(key.VersionID(version)), r.stays(now)); err != nil {
		return err
	}
	if have := now.GetPasswordPayloadSpecification().GetPasswordKey(); have != r.wanted() {
		return fmt.Errorf("somebody else has changed what the secret generates, to %q: `rekey keys check %s`", have,
			r.Id)
	}
	return nil
}

// wanted is the entry that the secret is to generate, or empty.
func (r *rotation) wanted() string {
	if !r.made {
		return ""
	}
	return payload.Name(r.algorithm, true)
}

// specify sets what the secret generates for the new version, if anything. It
// comes first, since AddVersion goes by it, and reports whether there was
// anything to change.
func (r *rotation) specify(ctx context.Context) (bool, error) {
	if r.GetPasswordPayloadSpecification().GetPasswordKey() == r.wanted() {
		return false, nil
	}
	var to *lockbox.PasswordPayloadSpecification
	if r.made {
		to = specification(r.algorithm)
	}
	return true, r.setSpecification(ctx, to)
}

func (r *rotation) setSpecification(ctx context.Context, to *lockbox.PasswordPayloadSpecification) error {
	q := &lockbox.UpdateSecretRequest{SecretId: r.Id,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"password_payload_specification"}}}
	if to != nil {
		q.PayloadSpecification = &lockbox.UpdateSecretRequest_PasswordPayloadSpecification{
			PasswordPayloadSpecification: to}
	}
	_, err := r.keep(ctx, promise{r.Id, func(ctx context.Context) (*operation.Operation, error) {
		return change(ctx, r.Admin, "change what the secret generates", lockbox.SecretServiceClient.Update, q)
	}, func(now *state) error {
		if have := now.GetPasswordPayloadSpecification().GetPasswordKey(); have != to.GetPasswordKey() {
			return fmt.Errorf("the secret generates %q, and not %q", have, to.GetPasswordKey())
		}
		return nil
	}})
	return err
}

// unspecify takes specify back, so that the next rotation is not another one.
// What somebody else has changed since stays, as by more versions than these.
func (r *rotation) unspecify(ctx context.Context, versions int, why error) error {
	if !r.specified {
		return why
	}
	now, err := r.after(ctx, r.Id, nil)
	if err == nil && (now.GetPasswordPayloadSpecification().GetPasswordKey() != r.wanted() ||
		len(now.versions) != versions) {
		return fmt.Errorf("%w; somebody else has changed the key in between, so what the secret generates was left: "+
			"`rekey keys check %s`", why, r.Id)
	}
	if err == nil {
		err = r.setSpecification(context.WithoutCancel(ctx), r.GetPasswordPayloadSpecification())
	}
	if err != nil {
		return fmt.Errorf("%w; what the secret generates was changed before, and could not be changed back: "+
			"`rekey keys check %s`: %w", why, r.Id, err)
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
		return nil // it was not a key
	}
	defer clear(old)
	if bytes.Equal(old, fresh) {
		return fmt.Errorf("%w: Lockbox copied the material of version %s instead of generating it anew: rotate with "+
			"--material local", keyadmin.ErrRefused, r.base.VersionId)
	}
	return nil
}

// restorePrimary makes the old primary the primary again, unless somebody has changed
// the key since. The new version is left: in the meantime somebody may have
// encrypted with it.
func (r *rotation) restorePrimary(ctx context.Context, now *state, version string, why error) error {
	if other := cmp.Or(now.encryptsWith(key.VersionID(version)), r.stays(now)); other != nil {
		return differs(r.Id, "version %s was added and is not known to be good (%w), and meanwhile %w: "+
			"`rekey keys check %s`", version, why, other, r.Id)
	}
	if r.prior == "" || now.isActive(key.VersionID(r.prior)) != nil {
		return fmt.Errorf("key %s: version %s was added, is the primary and is not usable, and there is none to go "+
			"back to: %w", r.Id, version, why)
	}
	ctx = context.WithoutCancel(ctx)
	now, err := r.setCurrent(ctx, now, key.VersionID(r.prior), "make the old version the primary again")
	if err != nil {
		return fmt.Errorf("key %s: version %s was added, is the primary and is not usable: %w; %w", r.Id, version, why,
			err)
	}
	if other := r.overtaken(ctx, now, version); other != "" {
		if _, err := r.setCurrent(ctx, now, other, "make what somebody else has set the primary again"); err != nil {
			why = fmt.Errorf("%w; that could not be set again: %w", why, err)
		}
		return differs(r.Id, "version %s was added and is not usable, and meanwhile somebody else has made %s the "+
			"primary: see `rekey keys get %s`: %w", version, other, r.Id, why)
	}
	why = fmt.Errorf("key %s: version %s was added and is not usable, %s is the primary again: %w", r.Id, version,
		r.prior, why)
	return r.unspecify(ctx, len(r.versions)+1, why)
}

// overtaken is the version that somebody made the primary between our look at
// the key and our setting the old one back, as far as Lockbox's operations show.
func (r *rotation) overtaken(ctx context.Context, now *state, version string) key.VersionID {
	history, err := r.history(ctx, now)
	if n := len(history); err == nil && n > 1 && history[n-1].version == r.prior && history[n-2].version != version {
		return key.VersionID(history[n-2].version)
	}
	return ""
}

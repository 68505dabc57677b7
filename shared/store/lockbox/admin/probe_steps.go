package admin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"rekey/shared/aead"
	"rekey/shared/key"
	store "rekey/shared/store/lockbox"
)

const (
	madeUp = "e6q0000000000000rky1" // has the form of an id, and is nobody's
	// destroyTimeout is how long a version whose time has come may stay.
	destroyTimeout = 3 * time.Minute
)

// strangers: who has no role, a token that is none, an id that is nobody's.
func (p *probe) strangers(ctx context.Context) error {
	_, err := p.payloadOf(ctx, madeUp, "")
	p.saw("an unknown secret", "NOT_FOUND or PERMISSION_DENIED", name(err))
	nobody, err := p.as(store.Credentials{Token: "t1.none"})
	if err != nil {
		return err
	}
	defer nobody.Close()
	_, err = nobody.payloadOf(ctx, madeUp, "")
	p.saw("a token that is refused", "UNAUTHENTICATED", name(err))
	return nil
}

// without: a secret that has no version.
func (p *probe) without(ctx context.Context) error {
	empty, err := p.create(ctx, &lockbox.CreateSecretRequest{CreateVersion: wrapperspb.Bool(false)})
	if err != nil {
		return err
	}
	_, err = p.payloadOf(ctx, empty.SecretId, "")
	p.saw("a secret without a version", "FAILED_PRECONDITION", name(err))
	return nil
}

// payloads: what is given, to whom, and of an unknown version.
func (p *probe) payloads(ctx context.Context) error {
	made, err := p.create(ctx, &lockbox.CreateSecretRequest{Name: "rekey-probe", CreateVersion: wrapperspb.Bool(true),
		PayloadSpecification: &lockbox.CreateSecretRequest_PasswordPayloadSpecification{
			PasswordPayloadSpecification: specification(key.AES256)}})
	if err != nil {
		return err
	}
	p.secret, p.versions = made.SecretId, []string{made.VersionId}
	if p.firstPayload, err = p.payloadOf(ctx, p.secret, made.VersionId); err != nil {
		return err
	}
	p.saw("the version id in a payload", "is that of the version asked for",
		same(p.firstPayload.GetVersionId() == made.VersionId, "is that of the version asked for", "is another"))
	_, err = p.payloadOf(ctx, p.secret, madeUp)
	p.saw("an unknown version of a secret", "NOT_FOUND or INVALID_ARGUMENT", name(err))
	if p.stranger == (store.Credentials{}) {
		return nil
	}
	stranger, err := p.as(p.stranger)
	if err != nil {
		return err
	}
	defer stranger.Close()
	_, err = stranger.payloadOf(ctx, p.secret, "")
	p.saw("a missing role", "PERMISSION_DENIED or NOT_FOUND", name(err))
	return nil
}

func same(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// names: two secrets with one name.
func (p *probe) names(ctx context.Context) error {
	_, err := p.create(ctx, &lockbox.CreateSecretRequest{Name: "rekey-probe", CreateVersion: wrapperspb.Bool(false)})
	p.saw("names of secrets", "need not be unique", same(err == nil, "need not be unique", refused+name(err)))
	return nil
}

// add adds a version and returns its payload.
func (p *probe) add(ctx context.Context, entries ...*lockbox.PayloadEntryChange) (*lockbox.Payload, error) {
	q := &lockbox.AddVersionRequest{SecretId: p.secret, BaseVersionId: p.versions[len(p.versions)-1],
		PayloadEntries: entries}
	op, err := change(ctx, p.Admin, "add a version", lockbox.SecretServiceClient.AddVersion, q)
	if err != nil {
		return nil, err
	}
	added, err := about(op, new(lockbox.AddVersionMetadata))
	if err != nil {
		return nil, err
	}
	p.versions = append(p.versions, added.VersionId)
	return p.payloadOf(ctx, p.secret, added.VersionId)
}

// current is the secret's current version.
func (p *probe) current(ctx context.Context) (*lockbox.Version, error) {
	sec, err := read(ctx, p.Admin, lockbox.SecretServiceClient.Get, &lockbox.GetSecretRequest{SecretId: p.secret})
	return sec.GetCurrentVersion(), err
}

// generates: a version added to a generated secret.
func (p *probe) generates(ctx context.Context) error {
	second, err := p.add(ctx)
	if err != nil {
		return err
	}
	text := func(l *lockbox.Payload) string {
		if len(l.GetEntries()) != 1 {
			return ""
		}
		return l.Entries[0].GetTextValue()
	}
	seen := "has other entries"
	switch {
	case text(second) == "": // something else
	case text(second) == text(p.firstPayload):
		seen = "copies the old text"
	default:
		seen = "generates a new text"
	}
	p.saw("AddVersion, of a generated secret", "generates a new text", seen)
	now, err := p.current(ctx)
	p.saw("AddVersion", "makes its version the current one",
		same(now.GetId() == p.versions[1], "makes its version the current one", "leaves the old one current"))
	return err
}

// merges: entries that are added and removed, as a rotation to local material
// does.
func (p *probe) merges(ctx context.Context) error {
	material, err := aead.RandomBytes(aead.MaterialSize)
	if err != nil {
		return err
	}
	defer clear(material)
	r := &rotation{Admin: p.Admin, state: &state{Secret: &lockbox.Secret{Id: p.secret}}}
	if err := r.setSpecification(ctx, nil); err != nil {
		return err
	}
	changes := []*lockbox.PayloadEntryChange{binary(key.AES128, material)}
	for _, e := range p.firstPayload.GetEntries() {
		changes = append(changes, &lockbox.PayloadEntryChange{Key: e.GetKey()})
	}
	third, err := p.add(ctx, changes...)
	if err != nil {
		return err
	}
	var entries []string
	for _, e := range third.GetEntries() {
		entries = append(entries, e.GetKey())
	}
	const merge = "is a merge; a change without a value removes"
	p.saw("AddVersion, of entries", merge, same(slices.Equal(entries, []string{"AES_128"}), merge,
		fmt.Sprint("leaves ", entries)))
	return nil
}

// primaries: the current version set, and what is known of it afterwards.
func (p *probe) primaries(ctx context.Context) error {
	_, err := change(ctx, p.Admin, "set the current version", lockbox.SecretServiceClient.SetCurrentVersion,
		&lockbox.SetCurrentVersionRequest{SecretId: p.secret, VersionId: p.versions[0]})
	p.saw("SetCurrentVersion", works, done(err))
	now, err := p.current(ctx)
	if err != nil {
		return err
	}
	history, err := p.Admin.operations(ctx, p.secret)
	const every = "has every change of the current version"
	seen := refused + name(err)
	if err == nil {
		seen = same(len(history) > 0 && history[len(history)-1].version == now.GetId(), every,
			"leads to another version")
	}
	p.saw("ListOperations", every, seen)
	return nil
}

// destroy schedules a version.
func (p *probe) destroy(ctx context.Context, version string, pending time.Duration) error {
	_, err := change(ctx, p.Admin, "schedule a destruction", lockbox.SecretServiceClient.ScheduleVersionDestruction,
		&lockbox.ScheduleVersionDestructionRequest{SecretId: p.secret, VersionId: version,
			PendingPeriod: durationpb.New(pending)})
	return err
}

func (p *probe) keep(ctx context.Context, version string) error {
	_, err := change(ctx, p.Admin, "cancel a destruction", lockbox.SecretServiceClient.CancelVersionDestruction,
		&lockbox.CancelVersionDestructionRequest{SecretId: p.secret, VersionId: version})
	return err
}

// scheduled: the current version and another one, scheduled for destruction.
func (p *probe) scheduled(ctx context.Context) error {
	now, err := p.current(ctx)
	if err != nil {
		return err
	}
	err = p.destroy(ctx, now.GetId(), time.Hour)
	p.saw("the current version", "can be scheduled for destruction",
		same(err == nil, "can be scheduled for destruction", done(err)))
	if err == nil {
		if err := p.keep(ctx, now.GetId()); err != nil {
			return err
		}
	}
	other := p.versions[1]
	if err := p.destroy(ctx, other, time.Hour); err != nil {
		return err
	}
	_, err = p.payloadOf(ctx, p.secret, other)
	p.saw("payload of a SCHEDULED version", "FAILED_PRECONDITION", name(err))
	return p.keep(ctx, other)
}

// destroyed: the shortest pending period, and what comes after it.
func (p *probe) destroyed(ctx context.Context) error {
	other := p.versions[1]
	err := p.destroy(ctx, other, soonest)
	p.saw("the pending period", "may be "+soonest.String(), same(err == nil, "may be "+soonest.String(), done(err)))
	if err != nil {
		return nil // what follows cannot be seen
	}
	ctx, cancel := context.WithTimeout(ctx, destroyTimeout)
	defer cancel()
	for look := firstPoll; ; look = min(2*look, longestPoll) {
		q := &lockbox.ListVersionsRequest{SecretId: p.secret, PageSize: pageSize}
		all, err := read(ctx, p.Admin, lockbox.SecretServiceClient.ListVersions, q)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if err == nil && gone(all.GetVersions(), other) {
			_, err = p.payloadOf(ctx, p.secret, other)
			p.saw("payload of a DESTROYED version", "FAILED_PRECONDITION", name(err))
			return nil
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			p.saw("payload of a DESTROYED version", "FAILED_PRECONDITION",
				fmt.Sprint("not destroyed after ", destroyTimeout))
			return nil
		}
	}
}

// gone reports whether a version is destroyed, or no longer listed.
func gone(all []*lockbox.Version, id string) bool {
	return !slices.ContainsFunc(all, func(v *lockbox.Version) bool {
		return v.GetId() == id && v.GetStatus() != lockbox.Version_DESTROYED
	})
}

// inactive: a secret that is disabled.
func (p *probe) inactive(ctx context.Context) error {
	if _, err := change(ctx, p.Admin, "disable the secret", lockbox.SecretServiceClient.Deactivate,
		&lockbox.DeactivateSecretRequest{SecretId: p.secret}); err != nil {
		return err
	}
	_, err := p.payloadOf(ctx, p.secret, "")
	p.saw("payload of an INACTIVE secret", "FAILED_PRECONDITION", name(err))
	return nil
}

// deleted: a secret that is gone.
func (p *probe) deleted(ctx context.Context) error {
	// Once begun it is waited for, so that it is not deleted twice.
	if _, err := change(context.WithoutCancel(ctx), p.Admin, "delete the secret", lockbox.SecretServiceClient.Delete,
		&lockbox.DeleteSecretRequest{SecretId: p.secret}); err != nil {
		return err
	}
	p.made = slices.DeleteFunc(p.made, func(id string) bool { return id == p.secret })
	sec, err := read(ctx, p.Admin, lockbox.SecretServiceClient.Get, &lockbox.GetSecretRequest{SecretId: p.secret})
	if err != nil && !slices.Contains([]string{"NOT_FOUND", "PERMISSION_DENIED"}, name(err)) {
		return err // it says nothing of the secret
	}
	seen := same(err != nil, "is immediate", "leaves it "+sec.GetStatus().String())
	p.saw("Delete of a secret", "is immediate", seen)
	return nil
}

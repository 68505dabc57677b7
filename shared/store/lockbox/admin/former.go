package admin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"github.com/yandex-cloud/go-genproto/yandex/cloud/operation"
	"google.golang.org/grpc/codes"

	"rekey/shared/keyadmin"
)

// became is when a version became the primary.
type became struct {
	at      time.Time
	version string
	added   bool // by being added
}

// checkFormer is keyadmin.CheckFormerPrimary. Lockbox keeps no record of
// primaries but its operations: a version becomes the primary when it is added
// and when it is set. What is not known for sure is refused.
func (a *Admin) checkFormer(ctx context.Context, s *state, v *lockbox.Version) error {
	if a.Window == 0 {
		return nil
	}
	history, err := a.history(ctx, s)
	if code := codeOf(err); code == codes.Unimplemented || code == codes.PermissionDenied {
		return a.unknown(ctx, s, "it does not show its operations")
	}
	if err != nil {
		return err
	}
	last := len(history) - 1
	if last < 0 || history[last].version != s.GetCurrentVersion().GetId() {
		return a.unknown(ctx, s, "by its operations the primary is another version")
	}
	until := time.Time{} // never the primary
	for i, b := range history[:last] {
		if b.version == v.Id {
			until = history[i+1].at
		}
	}
	if until.IsZero() {
		return nil
	}
	now, err := a.now(ctx, s)
	if err != nil {
		return err
	}
	return keyadmin.CheckFormerPrimary(until, a.Window, now)
}

func (a *Admin) unknown(ctx context.Context, s *state, why string) error {
	now, err := a.now(ctx, s)
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: Lockbox does not say when the primary was changed (%s), so this version may still encrypt "+
		"somewhere, "+
		"until %s at the latest: use --force then, or now if it ceased to be the primary more than %v ago",
		keyadmin.ErrRefused, why, keyadmin.Date(now.Add(a.Window)), a.Window)
}

// history is who became the primary when, the first one first. A version that
// no operation tells of became it when it was created.
func (a *Admin) history(ctx context.Context, s *state) ([]became, error) {
	all, err := a.operations(ctx, s.Id)
	if err != nil {
		return nil, err
	}
	for _, v := range s.versions {
		if !slices.ContainsFunc(all, func(b became) bool { return b.added && b.version == v.Id }) {
			all = append(all, became{v.GetCreatedAt().AsTime(), v.Id, true})
		}
	}
	slices.SortStableFunc(all, func(x, y became) int { return x.at.Compare(y.at) })
	return all, nil
}

// operations are those that added and set primaries, the oldest first.
func (a *Admin) operations(ctx context.Context, secret string) ([]became, error) {
	var all []became
	for token := ""; ; {
		page, err := read(ctx, a, lockbox.SecretServiceClient.ListOperations,
			&lockbox.ListSecretOperationsRequest{SecretId: secret, PageSize: pageSize, PageToken: token})
		if err != nil {
			return nil, fmt.Errorf("listing the operations of key %s: %w", secret, err)
		}
		for _, op := range page.Operations {
			if version, added := primaryOf(op); version != "" && op.GetDone() && op.GetError() == nil {
				all = append(all, became{op.GetModifiedAt().AsTime(), version, added})
			}
		}
		if token = page.NextPageToken; token == "" {
			slices.Reverse(all) // the newest come first
			return all, nil
		}
	}
}

// primaryOf is the version that an operation made the primary, and whether it
// added it; empty if it did neither.
func primaryOf(op *operation.Operation) (version string, added bool) {
	created, add, set := new(lockbox.CreateSecretMetadata), new(lockbox.AddVersionMetadata),
		new(lockbox.SetCurrentVersionMetadata)
	about := op.GetMetadata()
	switch {
	case about.MessageIs(set) && about.UnmarshalTo(set) == nil:
		return set.VersionId, false
	case about.MessageIs(add) && about.UnmarshalTo(add) == nil:
		return add.VersionId, true
	case about.MessageIs(created) && about.UnmarshalTo(created) == nil:
		return created.VersionId, true
	}
	return "", false
}

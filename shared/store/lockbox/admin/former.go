package admin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/shared/keyadmin"
)

// became is when a version became the primary.
type became struct {
	at      time.Time
	version string
}

// checkFormer is keyadmin.CheckFormerPrimary. Lockbox keeps no record of
// primaries but its operations: a version becomes the primary when it is added
// and when it is set. What is not known for sure is refused.
func (a *Admin) checkFormer(ctx context.Context, s *state, v *lockbox.Version) error {
	if a.Window == 0 {
		return nil
	}
	history, err := a.history(ctx, s)
	if err != nil {
		return err
	}
	last := len(history) - 1
	if last < 0 || history[last].version != s.GetCurrentVersion().GetId() {
		return fmt.Errorf("%w: Lockbox does not say when the primary was changed, so this version may still encrypt somewhere: if the change was more than %v ago, use --force", keyadmin.ErrRefused, a.Window)
	}
	until := time.Time{} // never the primary
	for i, b := range history[:last] {
		if b.version == v.Id {
			until = history[i+1].at
		}
	}
	return keyadmin.CheckFormerPrimary(until, a.Window, a.Now())
}

// history is who became the primary when, the first one first.
func (a *Admin) history(ctx context.Context, s *state) ([]became, error) {
	var all []became
	for _, v := range s.versions {
		all = append(all, became{v.GetCreatedAt().AsTime(), v.Id})
	}
	set, err := a.setPrimaries(ctx, s.Id)
	if err != nil {
		return nil, err
	}
	all = append(all, set...)
	slices.SortStableFunc(all, func(x, y became) int { return x.at.Compare(y.at) })
	return all, nil
}

// setPrimaries are the operations that set a current version; none if Lockbox
// does not show them.
func (a *Admin) setPrimaries(ctx context.Context, secret string) ([]became, error) {
	var all []became
	for token := ""; ; {
		page, err := read(ctx, a, lockbox.SecretServiceClient.ListOperations, &lockbox.ListSecretOperationsRequest{SecretId: secret, PageSize: pageSize, PageToken: token})
		if code := codeOf(err); code == codes.Unimplemented || code == codes.PermissionDenied {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, op := range page.Operations {
			if set := new(lockbox.SetCurrentVersionMetadata); op.GetMetadata().MessageIs(set) && op.GetDone() && op.GetError() == nil {
				if set, err = about(op, set); err != nil {
					return nil, err
				}
				all = append(all, became{op.GetModifiedAt().AsTime(), set.VersionId})
			}
		}
		if token = page.NextPageToken; token == "" {
			slices.Reverse(all) // the newest come first
			return all, nil
		}
	}
}

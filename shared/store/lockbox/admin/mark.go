package admin

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"

	"rekey/shared/aead"
	"rekey/shared/keyadmin"
)

// newMark is the description of one new version, and of no other: by it a
// version is found whose id was in an answer that was lost.
func newMark() (string, error) {
	b, err := aead.RandomBytes(8)
	if err != nil {
		return "", err
	}
	return "made by rekey, request " + hex.EncodeToString(b), nil
}

// marked is the version with this mark, or nil.
func (s *state) marked(mark string) *lockbox.Version {
	for _, v := range s.versions {
		if v.GetDescription() == mark {
			return v
		}
	}
	return nil
}

// markedSecret is the id of the secret that was created with this mark, though
// the answer was lost (err). It is waited for.
func (a *Admin) markedSecret(ctx context.Context, mark string, err error) (*state, error) {
	all, seen := a.secrets(ctx)
	for _, sec := range all {
		if sec.GetCurrentVersion().GetDescription() == mark {
			return a.after(ctx, sec.Id, err)
		}
	}
	if seen != nil {
		return nil, fmt.Errorf("%w; whether it was made could not be seen: %w", err, seen)
	}
	return nil, fmt.Errorf("%w; so far it was not made: look again with `rekey keys list` before you repeat it", err)
}

// notSeen is why a change that was made is not known to be right.
func notSeen(id, what string, err error) error {
	return fmt.Errorf("%w: key %s: %s, and could not be looked at: %w: see `rekey keys get %[2]s`", keyadmin.ErrDiffers,
		id, what, err)
}

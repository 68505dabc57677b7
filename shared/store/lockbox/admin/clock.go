package admin

import (
	"context"
	"fmt"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// now is Lockbox's time, which counts: that of this machine may be anything.
// Lockbox has no call that tells it. Whatever changes a secret does, so a change
// is made that changes nothing: the description is what it was.
func (a *Admin) now(ctx context.Context, s *state) (time.Time, error) {
	q := &lockbox.UpdateSecretRequest{SecretId: s.Id, Description: s.GetDescription(),
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"description"}}}
	op, err := begin(ctx, a, "learn Lockbox's time", lockbox.SecretServiceClient.Update, q)
	if err != nil {
		return time.Time{}, fmt.Errorf("key %s: nothing was changed: %w", s.Id, err)
	}
	return op.GetCreatedAt().AsTime(), nil
}

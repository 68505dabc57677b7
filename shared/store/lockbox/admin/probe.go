package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/genproto/googleapis/rpc/code"

	store "rekey/shared/store/lockbox"
	"rekey/shared/store/lockbox/internal/cloud"
)

// Answer is what Lockbox did about one thing that rekey takes for granted.
type Answer struct {
	About   string   // a row of docs/lockbox.md, "Proven and assumed"
	Assumed []string // any of these
	Seen    string
}

// AsAssumed reports whether rekey is right about it.
func (a Answer) AsAssumed() bool { return slices.Contains(a.Assumed, a.Seen) }

// Probe asks Lockbox what its documentation does not say, on secrets of its
// own in the folder, which it deletes at the end. It takes a minute or two and
// the role lockbox.admin on the folder. The stranger, who may be nobody, is a
// service account without any role in Lockbox. What was found until an error
// is returned with it. The first step needs the role, so that without it
// nothing is taken for an answer.
func (a *Admin) Probe(ctx context.Context, stranger store.Credentials) (found []Answer, err error) {
	if a.FolderID == "" {
		return nil, ErrNoFolder
	}
	p := &probe{Admin: a, stranger: stranger}
	defer func() {
		found, err = p.answers, errors.Join(err, p.remove(context.WithoutCancel(ctx)))
	}()
	for _, step := range []func(*probe, context.Context) error{
		(*probe).without, (*probe).strangers, (*probe).payloads, (*probe).names, (*probe).generates, (*probe).merges,
		(*probe).primaries, (*probe).scheduled, (*probe).destroyed, (*probe).inactive, (*probe).deleted,
	} {
		before := len(p.answers)
		err := step(p, ctx)
		if ctx.Err() != nil { // then the last answers are not Lockbox's
			p.answers = p.answers[:before]
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// probe is one run of Probe.
type probe struct {
	*Admin
	stranger store.Credentials
	answers  []Answer
	made     []string // the secrets to delete

	secret       string   // the one that most is asked about
	versions     []string // of it, the oldest first
	firstPayload *lockbox.Payload
}

// saw writes down an answer; assumed are joined by " or ".
func (p *probe) saw(about, assumed, seen string) {
	p.answers = append(p.answers, Answer{about, strings.Split(assumed, " or "), seen})
}

// name is the code of an error as google.rpc.Code spells it, or "is given".
func name(err error) string {
	if err == nil {
		return given
	}
	return code.Code(codeOf(err)).String()
}

// What a question can be answered with besides a code.
const (
	given   = "is given"
	works   = "works"
	refused = "is refused: "
)

// done is works, or why not.
func done(err error) string {
	if err != nil {
		return refused + name(err)
	}
	return works
}

// as is this Admin with other credentials.
func (p *probe) as(c store.Credentials) (*Admin, error) {
	l, err := cloud.New(c, cmp.Or(p.IAMEndpoint, store.DefaultIAMEndpoint),
		cloud.Service{Name: payloads, At: cmp.Or(p.Endpoint, store.DefaultEndpoint)})
	if err != nil {
		return nil, err
	}
	return &Admin{Options: p.Options, link: l}, nil
}

// create makes a secret to ask about. Once begun it is waited for though ctx
// ends: who does not know the id cannot delete it.
func (p *probe) create(ctx context.Context, q *lockbox.CreateSecretRequest) (*lockbox.CreateSecretMetadata, error) {
	q.FolderId, q.Description = p.FolderID, "of a probe of rekey: may be deleted"
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	op, err := change(context.WithoutCancel(ctx), p.Admin, "create a secret", lockbox.SecretServiceClient.Create, q)
	if err != nil {
		return nil, err
	}
	made, err := about(op, new(lockbox.CreateSecretMetadata))
	if err == nil {
		p.made = append(p.made, made.SecretId)
	}
	return made, err
}

// remove deletes what was made and is still there.
func (p *probe) remove(ctx context.Context) error {
	var errs []error
	for _, id := range p.made {
		if _, err := change(ctx, p.Admin, "delete it", lockbox.SecretServiceClient.Delete,
			&lockbox.DeleteSecretRequest{SecretId: id}); err != nil {
			errs = append(errs, fmt.Errorf("secret %s was made for this and is still there, delete it: %w", id, err))
		}
	}
	return errors.Join(errs...)
}

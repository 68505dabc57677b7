package admin

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"

	"rekey/shared/aead"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/store/lockbox/internal/payload"
)

// Check is keyadmin.Checker's. Without ids it looks at every secret of the
// folder that is a key or was meant to be one.
func (a *Admin) Check(ctx context.Context, ids ...key.ID) (*keyadmin.Checked, error) {
	c := &check{Admin: a, seen: map[string]place{}, names: map[string]key.ID{}}
	var all []*lockbox.Secret
	if len(ids) > 0 {
		for _, id := range ids {
			if err := keyadmin.CheckKeyID(id); err != nil {
				return nil, err
			}
		}
		var err error
		if all, err = c.byID(ctx, ids); err != nil {
			return nil, err
		}
	} else {
		var err error
		if all, err = a.secrets(ctx); err != nil && len(all) == 0 {
			return nil, err
		}
		c.unseen.Add("", "", err)
	}
	var keys []*state
	for i, s := range walk(ctx, all, a.withVersions) {
		switch {
		case s.err != nil:
			c.unseen.Add(key.ID(all[i].Id), all[i].Name, s.err)
		case s.value.isKey():
			keys = append(keys, s.value)
		case len(ids) > 0:
			c.find(key.ID(all[i].Id), all[i].Name, "", "it is not a key: no entry of it has the name of an algorithm",
				"see docs/lockbox.md for what makes a secret a key")
		}
	}
	c.keys(ctx, keys)
	return &c.Checked, c.unseen.OrNil()
}

// check is one walk.
type check struct {
	*Admin
	keyadmin.Checked
	unseen keyadmin.Unseen
	seen   map[string]place // by fingerprint of the material
	names  map[string]key.ID
}

// place is where material was seen.
type place struct {
	key     key.ID
	version key.VersionID
}

// byID looks secrets up. Who may only read payloads, like a function, can
// still have them looked at. Credentials that are not accepted see nothing.
func (c *check) byID(ctx context.Context, ids []key.ID) (all []*lockbox.Secret, err error) {
	answers := walk(ctx, ids, func(ctx context.Context, id key.ID) (*lockbox.Secret, error) {
		return read(ctx, c.Admin, lockbox.SecretServiceClient.Get, &lockbox.GetSecretRequest{SecretId: string(id)})
	})
	known := map[key.ID]bool{}
	for i, id := range ids {
		sec, err := answers[i].value, answers[i].err
		switch {
		case known[id]: // it was given twice
		case codeOf(err) == codes.Unauthenticated:
			return nil, err
		case errors.Is(err, keyadmin.ErrDenied):
			c.find(id, "", "", "its state cannot be seen: the role lockbox.viewer on it is missing, or there is no "+
				"such secret", "for a function this is right; ask with the administrator's credentials")
			unseen := &lockbox.Secret{Id: string(id)}
			c.payload(unseen, &lockbox.Version{}, c.open(ctx, unseen, &lockbox.Version{}))
		case errors.Is(err, keyadmin.ErrNotFound):
			c.find(id, "", "", "there is no such secret", "see `rekey keys list`, and REKEY_KEYS")
		case err != nil:
			c.unseen.Add(id, "", err)
		default:
			all = append(all, sec)
		}
		known[id] = true
	}
	return all, nil
}

// opened is what the look at a payload showed: its material's fingerprint, or
// why it is none.
type opened struct {
	version     string
	fingerprint string
	err         error // of Lockbox
	bad         error // it is not a key
}

// open looks at a payload.
func (c *check) open(ctx context.Context, sec *lockbox.Secret, v *lockbox.Version) (o opened) {
	p, err := c.payloadOf(ctx, sec.Id, v.Id)
	if err != nil {
		return opened{version: v.Id, err: err}
	}
	_, material, err := payload.Material(p)
	if err != nil {
		return opened{version: p.GetVersionId(), bad: err}
	}
	defer clear(material)
	f := aead.Fingerprint(material)
	return opened{version: p.GetVersionId(), fingerprint: hex.EncodeToString(f[:])}
}

// one is a version whose payload is looked at.
type one struct {
	*state
	version *lockbox.Version
}

// keys looks at keys, and at the payloads that can be read.
func (c *check) keys(ctx context.Context, all []*state) {
	var versions []one
	for _, s := range all {
		c.state(s)
		for _, v := range s.versions {
			if s.GetStatus() == lockbox.Secret_ACTIVE && v.GetStatus() == lockbox.Version_ACTIVE {
				versions = append(versions, one{s, v})
			}
		}
	}
	for i, o := range walk(ctx, versions, func(ctx context.Context, v one) (opened, error) {
		o := c.open(ctx, v.Secret, v.version)
		return o, o.err
	}) {
		if o.value.version == "" { // the walk had ended
			o.value.err = o.err
		}
		c.payload(versions[i].Secret, versions[i].version, o.value)
	}
}

// payload finds a version that is not a key, or has the material of another.
func (c *check) payload(sec *lockbox.Secret, v *lockbox.Version, o opened) {
	id := key.ID(sec.Id)
	switch {
	case codeOf(o.err) == codes.PermissionDenied:
		c.find(id, sec.Name, v.Id, "its payload cannot be read: the role lockbox.payloadViewer on it is missing"+
			wrapped(sec), "grant it to the account that uses the key")
		return
	case codeOf(o.err) == codes.FailedPrecondition:
		c.find(id, sec.Name, v.Id, "its payload cannot be read: "+o.err.Error(), "see its state")
		return
	case o.err != nil:
		c.unseen.What = append(c.unseen.What, keyadmin.Missed{ID: id, Name: sec.Name, Version: key.VersionID(v.Id),
			Err: o.err})
		return
	case o.bad != nil:
		c.find(id, sec.Name, o.version, o.bad.Error(), "see docs/lockbox.md for what makes a secret a key; schedule "+
			"this version for destruction if nothing was sealed with it")
		return
	}
	here := place{id, key.VersionID(o.version)}
	if other, ok := c.seen[o.fingerprint]; ok && other != here {
		c.find(id, sec.Name, o.version, fmt.Sprintf("it has the material of version %s of key %s", other.version,
			other.key), "rotate with --material local: a copy adds nothing, and anyone who knows one knows both")
		return
	}
	c.seen[o.fingerprint] = here
}

func wrapped(sec *lockbox.Secret) string {
	if sec.GetKmsKeyId() == "" {
		return ""
	}
	return ", or kms.keys.decrypter on KMS key " + sec.GetKmsKeyId()
}

func (c *check) find(id key.ID, name, version, problem, advice string) {
	c.Findings = append(c.Findings, keyadmin.Finding{KeyID: id, Name: name, VersionID: key.VersionID(version),
		Problem: problem, Advice: advice})
}

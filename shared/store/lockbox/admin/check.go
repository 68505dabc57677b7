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
func (a *Admin) Check(ctx context.Context, ids ...key.ID) ([]keyadmin.Finding, error) {
	c := &check{Admin: a, seen: map[string]place{}, names: map[string]key.ID{}}
	if len(ids) > 0 {
		for _, id := range ids {
			if err := c.byID(ctx, id); err != nil {
				return nil, err
			}
		}
		return c.findings, nil
	}
	all, err := a.secrets(ctx)
	if err != nil {
		return nil, err
	}
	for _, sec := range all {
		if _, err := c.secret(ctx, sec); err != nil {
			return nil, err
		}
	}
	return c.findings, nil
}

// check is one walk.
type check struct {
	*Admin
	findings []keyadmin.Finding
	seen     map[string]place // by fingerprint of the material
	names    map[string]key.ID
}

// place is where material was seen.
type place struct {
	key     key.ID
	version key.VersionID
}

// byID looks at one key. Whoever may read payloads alone, like a function, can
// still have them looked at.
func (c *check) byID(ctx context.Context, id key.ID) error {
	if err := keyadmin.CheckKeyID(id); err != nil {
		return err
	}
	sec, err := read(ctx, c.Admin, lockbox.SecretServiceClient.Get, &lockbox.GetSecretRequest{SecretId: string(id)})
	switch {
	case errors.Is(err, keyadmin.ErrDenied):
		c.find(id, "", "", "its state cannot be seen: the role lockbox.viewer on it is missing, or there is no such secret", "for a function this is right; ask with the administrator's credentials")
		return c.payload(ctx, &lockbox.Secret{Id: string(id)}, &lockbox.Version{})
	case errors.Is(err, keyadmin.ErrNotFound):
		c.find(id, "", "", "there is no such secret", "see `rekey keys list`, and REKEY_KEYS")
		return nil
	case err != nil:
		return fmt.Errorf("key %s: %w", id, err)
	}
	known, err := c.secret(ctx, sec)
	if err == nil && !known {
		c.find(id, sec.Name, "", "it is no key: no entry of it is called like an algorithm", "see docs/lockbox.md for what makes a secret a key")
	}
	return err
}

// secret looks at a secret, and reports whether it is one to look at.
func (c *check) secret(ctx context.Context, sec *lockbox.Secret) (bool, error) {
	id := key.ID(sec.Id)
	s, err := c.withVersions(ctx, sec)
	switch {
	case errors.Is(err, keyadmin.ErrDenied) && !looksLikeKey(sec):
		return false, nil
	case errors.Is(err, keyadmin.ErrDenied):
		c.find(id, sec.Name, "", "its versions cannot be seen: the role lockbox.viewer on it is missing", "grant it")
		return true, nil
	case err != nil:
		return true, err
	case !s.isKey():
		return false, nil
	case s.gone():
		return true, nil
	}
	if other, ok := c.names[sec.Name]; ok && sec.Name != "" {
		c.find(id, sec.Name, "", fmt.Sprintf("key %s has the same name", other), "rename one of them")
	}
	c.names[sec.Name] = id
	c.primary(s)
	c.specification(s)
	if sec.GetStatus() != lockbox.Secret_ACTIVE {
		return true, nil // its payloads cannot be read
	}
	for _, v := range s.versions {
		if v.GetStatus() == lockbox.Version_ACTIVE {
			if err := c.payload(ctx, sec, v); err != nil {
				return true, err
			}
		}
	}
	return true, nil
}

// primary finds a key that cannot encrypt.
func (c *check) primary(s *state) {
	if s.deleted() {
		return
	}
	id := key.ID(s.Id)
	v := s.find(key.VersionID(s.GetCurrentVersion().GetId()))
	switch {
	case v == nil:
		c.find(id, s.Name, "", "it has no primary version", "rotate it")
	case v.GetStatus() == lockbox.Version_SCHEDULED_FOR_DESTRUCTION:
		c.find(id, s.Name, v.Id, "the primary is scheduled for destruction, "+keyadmin.Date(timeOf(v)), "cancel that, or set another primary or rotate")
	case v.GetStatus() != lockbox.Version_ACTIVE:
		c.find(id, s.Name, v.Id, fmt.Sprintf("the primary is %v", v.GetStatus()), "set another primary, or rotate")
	}
}

// specification finds a secret whose next version would be no key, or of
// another algorithm than the last.
func (c *check) specification(s *state) {
	p := s.GetPasswordPayloadSpecification()
	if p == nil || s.GetCurrentVersion() == nil {
		return
	}
	names := s.GetCurrentVersion().GetPayloadEntryKeys()
	if len(names) == 1 && names[0] != p.GetPasswordKey() {
		c.find(key.ID(s.Id), s.Name, "", fmt.Sprintf("Lockbox generates an entry %q, and the primary has %q: a version added elsewhere may have both", p.GetPasswordKey(), names[0]), "rotate it with rekey, with the algorithm that you want")
	}
}

// payload finds a version that is no key, or has the material of another.
func (c *check) payload(ctx context.Context, sec *lockbox.Secret, v *lockbox.Version) error {
	id := key.ID(sec.Id)
	p, err := c.payloadOf(ctx, sec.Id, v.Id)
	switch {
	case errors.Is(err, keyadmin.ErrDenied):
		c.find(id, sec.Name, v.Id, "its payload cannot be read: the role lockbox.payloadViewer on it is missing"+wrapped(sec), "grant it to whoever uses the key")
		return nil
	case codeOf(err) == codes.FailedPrecondition:
		c.find(id, sec.Name, v.Id, "its payload cannot be read: "+err.Error(), "see its state")
		return nil
	case err != nil:
		return fmt.Errorf("key %s, version %s: %w", id, v.Id, err)
	}
	_, material, err := payload.Material(p)
	if err != nil {
		c.find(id, sec.Name, p.GetVersionId(), err.Error(), "see docs/lockbox.md for what makes a secret a key; schedule this version for destruction if nothing was sealed with it")
		return nil
	}
	defer clear(material)
	f := aead.Fingerprint(material)
	here := place{id, key.VersionID(p.GetVersionId())}
	if other, ok := c.seen[hex.EncodeToString(f[:])]; ok && other != here {
		c.find(id, sec.Name, p.GetVersionId(), fmt.Sprintf("it has the material of version %s of key %s", other.version, other.key), "rotate with --material local: a copy adds nothing, and whoever knows one knows both")
		return nil
	}
	c.seen[hex.EncodeToString(f[:])] = here
	return nil
}

func wrapped(sec *lockbox.Secret) string {
	if sec.GetKmsKeyId() == "" {
		return ""
	}
	return ", or kms.keys.decrypter on KMS key " + sec.GetKmsKeyId()
}

func (c *check) find(id key.ID, name, version, problem, advice string) {
	c.findings = append(c.findings, keyadmin.Finding{KeyID: id, Name: name, VersionID: key.VersionID(version), Problem: problem, Advice: advice})
}

package keyadmin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"rekey/shared/key"
	"rekey/shared/strictjson"
)

// Seed is a fixed set of keys for reproducible tests: JSON, written by a
// person.
//
//	{"keys": [{"id": "k1", "name": "app", "status": "ACTIVE", "versions": [
//	  {"id": "v1", "algorithm": "AES_256", "material": "<32 bytes in base64>"}]}]}
//
// A version may have "status": "SCHEDULED_FOR_DESTRUCTION", and one of a key
// "primary": true; without that the last version is the primary.
type Seed struct {
	Keys []seedKey `json:"keys"`
}

type seedKey struct {
	ID       key.ID        `json:"id"`
	Name     string        `json:"name"`
	Status   string        `json:"status"`
	Versions []seedVersion `json:"versions"`
}

type seedVersion struct {
	ID        key.VersionID `json:"id"`
	Algorithm string        `json:"algorithm"`
	Material  secret        `json:"material"`
	Status    string        `json:"status"`
	Primary   bool          `json:"primary"`
}

// ReadSeed reads a seed. Errors name the place and repeat no material.
func ReadSeed(data []byte) (*Seed, error) {
	var s Seed
	if err := strictjson.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("%w seed: %w", ErrInvalid, err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%w seed: %w", ErrInvalid, err)
	}
	return &s, nil
}

// check finds what no Admin would refuse and nobody can mean.
func (s *Seed) check() error {
	if len(s.Keys) == 0 {
		return errors.New("it has no keys")
	}
	seen := map[key.ID]bool{}
	for i := range s.Keys {
		k := &s.Keys[i]
		if seen[k.ID] {
			return fmt.Errorf("key number %d has the id of an earlier one", i+1)
		}
		seen[k.ID] = true
		if err := k.check(); err != nil {
			return fmt.Errorf("key number %d: %w", i+1, err)
		}
	}
	return nil
}

func (k *seedKey) check() error {
	if len(k.Versions) == 0 {
		return errors.New("it has no versions")
	}
	primaries := 0
	for _, v := range k.Versions {
		if v.Primary {
			primaries++
		}
	}
	if primaries > 1 {
		return errors.New("it has several primary versions")
	}
	return nil
}

// Apply makes the seed's keys, in order. It stops at the first error.
func (s *Seed) Apply(ctx context.Context, a Admin) error {
	for i := range s.Keys {
		if err := s.Keys[i].apply(ctx, a); err != nil {
			return fmt.Errorf("seed, key number %d: %w", i+1, err)
		}
	}
	return nil
}

func (k *seedKey) apply(ctx context.Context, a Admin) error {
	primary := k.Versions[len(k.Versions)-1].ID
	for i := range k.Versions {
		if err := k.Versions[i].create(ctx, a, k); err != nil {
			return fmt.Errorf("version number %d: %w", i+1, err)
		}
		if k.Versions[i].Primary {
			primary = k.Versions[i].ID
		}
	}
	if _, err := a.SetPrimary(ctx, k.ID, primary); err != nil {
		return err
	}
	return k.setStatuses(ctx, a)
}

func (v *seedVersion) create(ctx context.Context, a Admin, k *seedKey) error {
	algorithm, err := key.ParseAlgorithm(v.Algorithm)
	if err != nil {
		return fmt.Errorf("%w: algorithm: %w", ErrInvalid, err)
	}
	material, err := base64.StdEncoding.Strict().DecodeString(string(v.Material))
	if err != nil {
		return fmt.Errorf("%w: material is not padded base64", ErrInvalid)
	}
	defer clear(material)
	_, err = a.Import(ctx, Import{KeyID: k.ID, VersionID: v.ID, Algorithm: algorithm, Material: material, Name: k.Name})
	return err
}

func (k *seedKey) setStatuses(ctx context.Context, a Admin) error {
	for _, v := range k.Versions {
		switch v.Status {
		case "", key.VersionActive.String():
		case key.VersionScheduled.String():
			if _, err := a.ScheduleDestruction(ctx, k.ID, v.ID,
				Schedule{Pending: DefaultPending, Force: true}); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%w: status of version %s: want ACTIVE or SCHEDULED_FOR_DESTRUCTION", ErrInvalid, v.ID)
		}
	}
	if k.Status == "" {
		return nil
	}
	status, err := key.ParseStatus(k.Status)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	_, err = a.SetStatus(ctx, k.ID, status)
	return err
}

package keys

import (
	"cmp"
	"context"
	"fmt"

	"rekey/cmd/rekey/internal/show"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
	"rekey/shared/plain"
)

// keyWas shows the key that an operation has changed.
func (g *group) keyWas(done string) func(*keyadmin.Key, error) error {
	return func(k *keyadmin.Key, err error) error {
		if err != nil {
			return err
		}
		return g.showKey(k, done)
	}
}

// versionWas is keyWas for a version.
func (g *group) versionWas(done string) func(*keyadmin.Version, error) error {
	return func(v *keyadmin.Version, err error) error {
		if err != nil {
			return err
		}
		g.Changed = true
		if g.json {
			return show.JSON(g.Out, show.VersionOf(v))
		}
		fmt.Fprintf(g.Out, "Version %s of key %s %s.\n\n", plain.Text(string(v.ID)), plain.Text(string(v.KeyID)), done)
		return show.Table(g.Out, versionHeader, versionRow(v))
	}
}

// showKey prints a key, what was done to it, and which of its versions will be destroyed;
// or its JSON.
func (g *group) showKey(k *keyadmin.Key, done string) error {
	g.Changed = done != ""
	if g.json {
		return show.JSON(g.Out, show.KeyOf(k))
	}
	if done != "" {
		fmt.Fprintf(g.Out, "Key %s %s.\n\n", plain.Text(string(k.ID)), done)
	}
	if err := show.Table(g.Out, keyHeader, keyRow(k)); err != nil || len(k.Scheduled) == 0 {
		return err
	}
	fmt.Fprint(g.Out, "\nScheduled for destruction, which `rekey keys cancel-destruction` takes back:\n\n")
	return show.Table(g.Out, versionHeader, show.All(k.Scheduled, versionRow)...)
}

// showAgain is showKey for a key that has just been rotated to v.
func (g *group) showAgain(ctx context.Context, ad keyadmin.Admin, v *keyadmin.Version, done string) error {
	k, err := ad.Get(ctx, v.KeyID)
	if err != nil {
		return fmt.Errorf("%w: key %s was %s, to version %s, and could not be looked at: %w", keyadmin.ErrDiffers,
			v.KeyID, done, v.ID, err)
	}
	if k.PrimaryVersion == nil || k.PrimaryVersion.ID != v.ID {
		return fmt.Errorf("%w: key %s was %s, to version %s, and somebody else has set another primary since: "+
			"see `rekey keys get %[2]s`", keyadmin.ErrDiffers, v.KeyID, done, v.ID)
	}
	return g.showKey(k, done)
}

// keyList is a list of keys as JSON.
type keyList struct {
	Keys   []show.Key    `json:"keys"`
	Unseen []show.Unseen `json:"unseen,omitzero"`
}

// showKeys prints keys; standard error says what could not be seen, and JSON
// does as well.
func (g *group) showKeys(all []*keyadmin.Key, unseen error) error {
	switch {
	case g.json:
		return show.JSON(g.Out, keyList{show.All(all, show.KeyOf), show.UnseenOf(unseen)})
	case len(all) > 0:
		return show.Table(g.Out, keyHeader, show.All(all, keyRow)...)
	case unseen == nil:
		fmt.Fprintln(g.Out, "No keys. `rekey keys create` makes one.")
	}
	return nil
}

func (g *group) showVersions(all []*keyadmin.Version) error {
	if g.json {
		return show.JSON(g.Out, map[string]any{"keyVersions": show.All(all, show.VersionOf)})
	}
	return show.Table(g.Out, versionHeader, show.All(all, versionRow)...)
}

var (
	keyHeader     = []string{"ID", "NAME", "STATUS", "ALGORITHM", "PRIMARY VERSION", "CREATED", "NOTE"}
	versionHeader = []string{"ID", "STATUS", "ALGORITHM", "PRIMARY", "CREATED", "NOTE"}
)

func keyRow(k *keyadmin.Key) []string {
	primary := "-"
	if k.PrimaryVersion != nil {
		primary = string(k.PrimaryVersion.ID)
	}
	return []string{string(k.ID), cmp.Or(k.Name, "-"), k.Status.String(), show.Algorithm(k.DefaultAlgorithm, "-"),
		primary, show.Stamp(k.CreatedAt), k.Note()}
}

func versionRow(v *keyadmin.Version) []string {
	primary, note := "", ""
	if v.Primary {
		primary = "yes"
	}
	switch {
	case v.DestroyAt.IsZero(): // of what is destroyed Lockbox forgets when
	case v.Status == key.VersionScheduled:
		note = "to be destroyed " + keyadmin.Date(v.DestroyAt)
	case v.Status == key.VersionDestroyed:
		note = "destroyed " + keyadmin.Date(v.DestroyAt)
	}
	return []string{string(v.ID), v.Status.String(), show.Algorithm(v.Algorithm, "-"), primary,
		show.Stamp(v.CreatedAt), note}
}

package keys

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"rekey/cmd/rekey/internal/cli"
	"rekey/shared/answer"
	"rekey/shared/key"
	"rekey/shared/keyadmin"
)

var (
	noon = time.Date(2030, 1, 2, 12, 0, 0, 999e6, time.FixedZone("", 3*3600))
	v1   = &keyadmin.Version{ID: "v1", KeyID: "k1", Status: key.VersionActive, Algorithm: key.AES256, CreatedAt: noon,
		Primary: true}
	v2 = &keyadmin.Version{ID: "version-2", KeyID: "k1", Status: key.VersionScheduled, Algorithm: key.AES128,
		CreatedAt: noon, DestroyAt: noon}
	v3 = &keyadmin.Version{ID: "v3", KeyID: "k1", Status: key.VersionDestroyed, Algorithm: key.AES128, CreatedAt: noon,
		DestroyAt: noon}
)

// shown is what f prints, without the first line break.
func shown(t *testing.T, json bool, f func(*group) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := f(&group{Streams: &cli.Streams{Out: &answer.Writer{Stream: &out}}, json: json}); err != nil {
		t.Fatal(err)
	}
	return "\n" + out.String()
}

func TestTables(t *testing.T) {
	k1 := &keyadmin.Key{ID: "k1", Name: "заказы", Status: key.Active, CreatedAt: noon, DefaultAlgorithm: key.AES256,
		PrimaryVersion: v1}
	k2 := &keyadmin.Key{ID: "key-2", Status: key.Inactive, CreatedAt: noon, DeleteAt: noon,
		DefaultAlgorithm: key.AES256HSM}
	for _, c := range []struct {
		name string
		show func(*group) error
		want string
	}{
		{"no keys", func(g *group) error { return g.showKeys(nil, nil) }, `
No keys. ${rekey keys create$} makes one.
`},
		{"a key, and no note", func(g *group) error { return g.showKeys([]*keyadmin.Key{k1}, nil) }, `
ID  NAME    STATUS  ALGORITHM  PRIMARY VERSION  CREATED
k1  заказы  ACTIVE  AES_256    v1               2030-01-02T09:00:00Z
`},
		{"two keys, and a note", func(g *group) error { return g.showKeys([]*keyadmin.Key{k1, k2}, nil) }, `
ID     NAME    STATUS    ALGORITHM    PRIMARY VERSION  CREATED               NOTE
k1     заказы  ACTIVE    AES_256      v1               2030-01-02T09:00:00Z
key-2  -       INACTIVE  AES_256_HSM  -                2030-01-02T09:00:00Z  to be deleted 2030-01-02T09:00:01Z
`},
		{"versions", func(g *group) error { return g.showVersions([]*keyadmin.Version{v1, v2, v3}) }, `
ID         STATUS                     ALGORITHM  PRIMARY  CREATED               NOTE
v1         ACTIVE                     AES_256    yes      2030-01-02T09:00:00Z
version-2  SCHEDULED_FOR_DESTRUCTION  AES_128             2030-01-02T09:00:00Z  to be destroyed 2030-01-02T09:00:01Z
v3         DESTROYED                  AES_128             2030-01-02T09:00:00Z  destroyed 2030-01-02T09:00:01Z
`},
		{"what Lockbox does not tell", func(g *group) error {
			return g.showVersions([]*keyadmin.Version{{ID: "v4", Status: key.VersionDestroyed, CreatedAt: noon}})
		}, `
ID  STATUS     ALGORITHM  PRIMARY  CREATED
v4  DESTROYED  -                   2030-01-02T09:00:00Z
`},
		{"findings", func(g *group) error {
			return g.showFindings([]keyadmin.Finding{{KeyID: "k1", Name: "заказы", VersionID: "v1",
				Problem: "it is old", Advice: "rotate it"}, {KeyID: "k2", Problem: "it is lost"}}, nil)
		}, `
Key k1 (заказы), version v1
  problem  it is old
  advice   rotate it

Key k2
  problem  it is lost

`},
		{"a change", func(g *group) error { return g.versionWas("imported")(v1, nil) }, `
Version v1 of key k1 imported.

ID  STATUS  ALGORITHM  PRIMARY  CREATED
v1  ACTIVE  AES_256    yes      2030-01-02T09:00:00Z
`},
	} {
		want := strings.NewReplacer("${", "`", "$}", "`").Replace(c.want)
		if got := shown(t, false, c.show); got != want {
			t.Errorf("%s:%swant%s", c.name, got, want)
		}
	}
}

func TestDocuments(t *testing.T) {
	k := &keyadmin.Key{ID: "k1", Name: "orders", Status: key.Active, CreatedAt: noon, RotatedAt: noon,
		DefaultAlgorithm: key.AES256, PrimaryVersion: v1}
	got := shown(t, true, func(g *group) error { return g.showKeys([]*keyadmin.Key{k}, nil) })
	want := `
{
  "keys": [
    {
      "id": "k1",
      "name": "orders",
      "status": "ACTIVE",
      "createdAt": "2030-01-02T09:00:00.999Z",
      "rotatedAt": "2030-01-02T09:00:00.999Z",
      "defaultAlgorithm": "AES_256",
      "primaryVersion": {
        "id": "v1",
        "keyId": "k1",
        "status": "ACTIVE",
        "algorithm": "AES_256",
        "createdAt": "2030-01-02T09:00:00.999Z",
        "primary": true
      }
    }
  ]
}
`
	if got != want {
		t.Errorf("%swant%s", got, want)
	}
	if got := shown(t, true, func(g *group) error { return g.showKeys(nil, nil) }); got != "\n{\n  \"keys\": []\n}\n" {
		t.Errorf("no keys: %s", got)
	}
	got = shown(t, true, func(g *group) error { return g.showVersions([]*keyadmin.Version{v2}) })
	want = `
{
  "keyVersions": [
    {
      "id": "version-2",
      "keyId": "k1",
      "status": "SCHEDULED_FOR_DESTRUCTION",
      "algorithm": "AES_128",
      "createdAt": "2030-01-02T09:00:00.999Z",
      "primary": false,
      "destroyAt": "2030-01-02T09:00:00.999Z"
    }
  ]
}
`
	if got != want {
		t.Errorf("%swant%s", got, want)
	}
}

package keyfile

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rekey/shared/key"
)

func TestStatusAt(t *testing.T) {
	v := sample().Keys[0].Version("v2")
	for _, test := range []struct {
		now  time.Time
		want key.VersionStatus
	}{
		{v.DestroyAt.Add(-1), key.VersionScheduled},
		{v.DestroyAt, key.VersionDestroyed},
		{v.DestroyAt.Add(1), key.VersionDestroyed},
	} {
		if got := v.StatusAt(test.now); got != test.want {
			t.Errorf("at %v: %v, want %v", test.now, got, test.want)
		}
	}
}

func TestPurge(t *testing.T) {
	r := sample()
	if r.Purge(day) {
		t.Fatal("something was due before its time")
	}
	v2 := r.Keys[0].Version("v2")
	if !r.Purge(v2.DestroyAt) || v2.Status != key.VersionDestroyed || v2.Material != nil {
		t.Fatalf("a due version is left as %+v", v2)
	}
	if r.Purge(v2.DestroyAt) {
		t.Fatal("it was due twice")
	}
	// k2 is due, and somebody has saved its version: it must not go.
	if r.Purge(day.Add(1000*time.Hour)) || r.Key("k2") == nil {
		t.Fatal("a key with an ACTIVE version was deleted")
	}
	v := r.Key("k2").Version("v1")
	v.Status, v.DestroyAt = key.VersionScheduled, day.Add(71*time.Hour)
	if r.Purge(day.Add(71*time.Hour-1)) || !r.Purge(day.Add(71*time.Hour)) || v.Material != nil || r.Key("k2") == nil {
		t.Fatal("the version was not due when it should, or took its key along")
	}
	if r.Purge(day.Add(72*time.Hour-1)) || !r.Purge(day.Add(72*time.Hour)) {
		t.Fatal("the key was not due when it should")
	}
	if r.Key("k2") != nil || len(r.Tombstones) != 2 || fmt.Sprint(r.Tombstones[1]) != fmt.Sprint(Tombstone{"k2",
		[]key.VersionID{"v1"}, day.Add(72 * time.Hour)}) {
		t.Fatalf("after its time the key is %+v, and the tombstones %v", r.Key("k2"), r.Tombstones)
	}
	if _, err := Decode(mustEncode(t, r)); err != nil {
		t.Fatal(err)
	}
}

func TestMaterialPrints(t *testing.T) {
	v := sample().Keys[0].Version("v2")
	text := fmt.Sprintf("%v %+v %#v %x %s %d", v.Material, *v, *v, v.Material, v.Material, v.Material)
	b, _ := v.Material.MarshalJSON()
	text += string(b) + v.Material.LogValue().String()
	for _, form := range []string{fmt.Sprintf("%x", material(2)), string(material(2)),
		strings.Trim(fmt.Sprint(material(2)), "[]")} {
		if strings.Contains(text, form) {
			t.Errorf("material prints: %s", text)
		}
	}
}

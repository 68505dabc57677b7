package keyadmin

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"rekey/shared/key"
)

func TestCheckName(t *testing.T) {
	for _, name := range []string{"a", "orders 2025", "заказы", strings.Repeat("ж", MaxNameLen)} {
		if err := CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", " ", " a", "a ", "a\u00a0", "\u2003a", "a\tb", "a\nb", "a\x00b", "a\x7fb",
		"a\u202eb", "a\u200bb",
		"a\u00a0b", "a\xff", "\xc3", strings.Repeat("a", MaxNameLen+1), strings.Repeat("ж", MaxNameLen+1)} {
		err := CheckName(name)
		if !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: error is %v, want ErrInvalid", name, err)
		} else if len(name) > 3 && strings.Contains(err.Error(), name) {
			t.Errorf("%q: the error repeats it", name)
		}
	}
}

func TestCheckImport(t *testing.T) {
	good := Import{KeyID: "k1", VersionID: "v1", Algorithm: key.AES256, Material: bytes.Repeat([]byte("secret!?"), 4),
		Name: "orders"}
	if err := CheckImport(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Import){
		"key id":     func(i *Import) { i.KeyID = "a/b" },
		"no key id":  func(i *Import) { i.KeyID = "" },
		"version id": func(i *Import) { i.VersionID = ".." },
		"algorithm":  func(i *Import) { i.Algorithm = 0 },
		"short":      func(i *Import) { i.Material = i.Material[1:] },
		"long":       func(i *Import) { i.Material = append(i.Material, 0) },
		"name":       func(i *Import) { i.Name = " " },
	} {
		i := good
		spoil(&i)
		if err := CheckImport(i); !errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error is %v, want ErrInvalid without the material", name, err)
		}
	}
}

func TestCheckSchedule(t *testing.T) {
	for _, test := range []struct {
		s    Schedule
		want error
	}{
		{Schedule{Pending: DefaultPending}, nil},
		{Schedule{Pending: MinPending}, nil},
		{Schedule{Pending: MinPending - 1}, ErrRefused},
		{Schedule{Pending: MinPending - 1, Force: true}, nil},
		{Schedule{}, ErrRefused},
		{Schedule{Force: true}, nil},
		{Schedule{Pending: -1, Force: true}, ErrInvalid},
		{Schedule{Pending: -1}, ErrInvalid},
		{Schedule{Pending: MaxPending}, nil},
		{Schedule{Pending: MaxPending + 1, Force: true}, ErrInvalid},
	} {
		if err := CheckSchedule(test.s); !errors.Is(err, test.want) {
			t.Errorf("%+v: error is %v, want %v", test.s, err, test.want)
		}
	}
}

func TestCheckFormerPrimary(t *testing.T) {
	now := time.Date(2025, 3, 1, 9, 0, 0, 1, time.UTC)
	const window = 5 * time.Minute
	for _, test := range []struct {
		until time.Time
		want  error
	}{
		{time.Time{}, nil},
		{now, ErrRefused},
		{now.Add(time.Hour), ErrRefused}, // a clock was set back
		{now.Add(1 - window), ErrRefused},
		{now.Add(-window), nil},
		{now.Add(-time.Hour), nil},
	} {
		if err := CheckFormerPrimary(test.until, window, now); !errors.Is(err, test.want) {
			t.Errorf("until %v: error is %v, want %v", test.until, err, test.want)
		}
	}
	err := CheckFormerPrimary(now, window, now)
	// the date is rounded up
	for _, want := range []string{"2025-03-01T09:05:01Z", "5m0s", "--servers-window", "--force"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error is %q, want %q in it", err, want)
		}
	}
	if err := CheckFormerPrimary(now, 0, now); err != nil {
		t.Errorf("without a window: %v", err)
	}
}

func TestCheckStatus(t *testing.T) {
	for s, want := range map[key.Status]error{key.Active: nil, key.Inactive: nil, 0: ErrInvalid, 1: ErrInvalid,
		4: ErrInvalid} {
		if err := CheckStatus(s); !errors.Is(err, want) {
			t.Errorf("%v: error is %v, want %v", s, err, want)
		}
	}
}

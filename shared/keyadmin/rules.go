package keyadmin

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rekey/shared/aead"
	"rekey/shared/key"
)

// MaxNameLen is the longest name of a key, in characters (Yandex KMS: 100).
const MaxNameLen = 100

// DefaultAlgorithm is that of a key created without one.
const DefaultAlgorithm = key.AES256

// Limits of Schedule.Pending.
const (
	// MinPending is the shortest without Force: a day in which somebody
	// notices.
	MinPending = 24 * time.Hour
	// MaxPending is a hundred years, well within what a Duration can hold.
	MaxPending = 100 * 365 * 24 * time.Hour
)

// CheckKeyID refuses what is not an id of a key. The error never repeats it.
func CheckKeyID(id key.ID) error {
	if err := id.Check(); err != nil {
		return fmt.Errorf("%w: key id %w", ErrInvalid, err)
	}
	return nil
}

// CheckVersionID refuses what is not an id of a version.
func CheckVersionID(id key.VersionID) error {
	if err := id.Check(); err != nil {
		return fmt.Errorf("%w: version id %w", ErrInvalid, err)
	}
	return nil
}

// CheckName refuses a name that is not 1 to 100 printable characters, or has
// a space at either end, which nobody would see. The error never repeats it.
func CheckName(name string) error {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return fmt.Errorf("%w: name is empty", ErrInvalid)
	case n > MaxNameLen:
		return fmt.Errorf("%w: name is %d characters long, at most %d are allowed", ErrInvalid, n, MaxNameLen)
	case !utf8.ValidString(name):
		return fmt.Errorf("%w: name is not valid UTF-8", ErrInvalid)
	case strings.TrimSpace(name) != name:
		return fmt.Errorf("%w: name begins or ends with a space", ErrInvalid)
	}
	for i, c := range []rune(name) {
		if !unicode.IsPrint(c) {
			return fmt.Errorf("%w: name has a character that does not print at position %d", ErrInvalid, i+1)
		}
	}
	return nil
}

// CheckAlgorithm refuses what is not one of the four.
func CheckAlgorithm(a key.Algorithm) error {
	if !a.Valid() {
		return fmt.Errorf("%w: no such algorithm: want %s", ErrInvalid, key.AlgorithmNames)
	}
	return nil
}

// CheckStatus refuses what a key cannot be set to.
func CheckStatus(s key.Status) error {
	if s != key.Active && s != key.Inactive {
		return fmt.Errorf("%w: no such key status: want ACTIVE or INACTIVE", ErrInvalid)
	}
	return nil
}

// CheckImport refuses an Import that no store could take. It leaves it to
// anyone who knows where the material comes from to ask aead.CheckRaw. The error
// never repeats the material.
func CheckImport(i Import) error {
	if err := CheckKeyID(i.KeyID); err != nil {
		return err
	}
	if err := CheckVersionID(i.VersionID); err != nil {
		return err
	}
	if err := CheckAlgorithm(i.Algorithm); err != nil {
		return err
	}
	if n := len(i.Material); n != aead.MaterialSize {
		return fmt.Errorf("%w: material is %d bytes long, want %d", ErrInvalid, n, aead.MaterialSize)
	}
	if i.Name == "" {
		return nil
	}
	return CheckName(i.Name)
}

// CheckSchedule refuses a pending period that makes no sense, and without
// Force one that leaves no time to notice a mistake.
func CheckSchedule(s Schedule) error {
	switch {
	case s.Pending < 0:
		return fmt.Errorf("%w: the pending period is negative", ErrInvalid)
	case s.Pending > MaxPending:
		return fmt.Errorf("%w: the pending period is longer than %d days", ErrInvalid, MaxPending/(24*time.Hour))
	case s.Pending < MinPending && !s.Force:
		return fmt.Errorf("%w: a pending period under %d hours needs --force", ErrRefused, MinPending/time.Hour)
	}
	return nil
}

// CheckFormerPrimary refuses to schedule a version that was the primary until
// lately: for window (the longest that a cache may answer) it may still be
// encrypting somewhere, and what it encrypts would be lost. A zero until says
// that the version never was the primary. Schedule.Force waives the rule.
func CheckFormerPrimary(until time.Time, window time.Duration, now time.Time) error {
	free := until.Add(window)
	if until.IsZero() || !now.Before(free) {
		return nil
	}
	return fmt.Errorf("%w: the version was the primary until %s and may still encrypt somewhere for %v: wait until "+
		"%s, %s, or use --force",
		ErrRefused, Date(until), window, Date(free), SayWindow)
}

// SayWindow is how messages ask for the window of CheckFormerPrimary.
const SayWindow = "give --servers-window (the larger of REKEY_CACHE_TTL and REKEY_OFFLINE_GRACE of your servers)"

// Date is how messages write a time: RFC 3339 in UTC, rounded up to a second,
// so that what is promised for then is true then.
func Date(t time.Time) string {
	if whole := t.Truncate(time.Second); !whole.Equal(t) {
		t = whole.Add(time.Second)
	}
	return t.UTC().Format(time.RFC3339)
}

package key

import "fmt"

// Status is the state of a key, by its number in SymmetricKey.Status. The
// zero value is invalid.
type Status uint8

// An INACTIVE key neither encrypts nor decrypts until it is enabled again.
const (
	Active   Status = 2
	Inactive Status = 3
)

// ParseStatus reads a status by its exact name.
func ParseStatus(name string) (Status, error) {
	for _, s := range []Status{Active, Inactive} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("unknown key status: want ACTIVE or INACTIVE")
}

// String is the name in Yandex KMS.
func (s Status) String() string {
	switch s {
	case Active:
		return "ACTIVE"
	case Inactive:
		return "INACTIVE"
	}
	return fmt.Sprintf("Status(%d)", uint8(s))
}

// VersionStatus is the state of a version, by its number in
// SymmetricKeyVersion.Status. The zero value is invalid.
type VersionStatus uint8

// A version SCHEDULED_FOR_DESTRUCTION neither encrypts nor decrypts, and
// does again once the destruction is cancelled. DESTROYED is final.
const (
	VersionActive    VersionStatus = 1
	VersionScheduled VersionStatus = 2
	VersionDestroyed VersionStatus = 3
)

// ParseVersionStatus reads a status by its exact name.
func ParseVersionStatus(name string) (VersionStatus, error) {
	for _, s := range []VersionStatus{VersionActive, VersionScheduled, VersionDestroyed} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("unknown version status: want ACTIVE, SCHEDULED_FOR_DESTRUCTION or DESTROYED")
}

// String is the name in Yandex KMS.
func (s VersionStatus) String() string {
	switch s {
	case VersionActive:
		return "ACTIVE"
	case VersionScheduled:
		return "SCHEDULED_FOR_DESTRUCTION"
	case VersionDestroyed:
		return "DESTROYED"
	}
	return fmt.Sprintf("VersionStatus(%d)", uint8(s))
}

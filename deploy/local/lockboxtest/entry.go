package lockboxtest

import (
	"slices"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Limits that stand in the documentation and not in the protos. The one on
// entries is in an older edition only.
const (
	maxPayload  = 64 << 10 // bytes of values in a version
	maxEntries  = 32
	maxVersions = 1000 // that are not destroyed
)

// Text is an entry with a text value.
func Text(key, value string) *lockbox.Payload_Entry {
	return &lockbox.Payload_Entry{Key: key, Value: &lockbox.Payload_Entry_TextValue{TextValue: value}}
}

// Binary is an entry with a binary value.
func Binary(key string, value []byte) *lockbox.Payload_Entry {
	return &lockbox.Payload_Entry{Key: key, Value: &lockbox.Payload_Entry_BinaryValue{BinaryValue: value}}
}

// value is the bytes of either kind.
func value(e *lockbox.Payload_Entry) []byte {
	if b := e.GetBinaryValue(); b != nil {
		return b
	}
	return []byte(e.GetTextValue())
}

// merge is the entries of a base version after the changes: one with a value
// sets its entry, one without removes it. The base stays as it is.
func merge(base []*lockbox.Payload_Entry, changes []*lockbox.PayloadEntryChange) ([]*lockbox.Payload_Entry, error) {
	merged := slices.Clone(base)
	for i, c := range changes {
		if named(changes[:i], c.GetKey()) {
			return nil, status.Errorf(codes.InvalidArgument, "payload_entries: %s is there twice", c.GetKey())
		}
		switch v := c.GetValue().(type) {
		case *lockbox.PayloadEntryChange_TextValue:
			merged = set(merged, Text(c.GetKey(), v.TextValue))
		case *lockbox.PayloadEntryChange_BinaryValue:
			merged = set(merged, Binary(c.GetKey(), v.BinaryValue))
		default:
			at := index(merged, c.GetKey())
			if at < 0 {
				return nil, status.Errorf(codes.InvalidArgument, "payload_entries: %s has no value, and the base "+
					"version no such entry to remove", c.GetKey())
			}
			merged = slices.Delete(merged, at, at+1)
		}
	}
	return merged, nil
}

// set returns the entries with e in the place of the one with its key.
func set(entries []*lockbox.Payload_Entry, e *lockbox.Payload_Entry) []*lockbox.Payload_Entry {
	if at := index(entries, e.GetKey()); at >= 0 {
		entries[at] = e
		return entries
	}
	return append(entries, e)
}

func index(entries []*lockbox.Payload_Entry, key string) int {
	return slices.IndexFunc(entries, func(e *lockbox.Payload_Entry) bool { return e.GetKey() == key })
}

func named(changes []*lockbox.PayloadEntryChange, key string) bool {
	return slices.ContainsFunc(changes, func(c *lockbox.PayloadEntryChange) bool { return c.GetKey() == key })
}

// checkEntries holds a new version's payload against the limits.
func checkEntries(entries []*lockbox.Payload_Entry) error {
	size := 0
	for _, e := range entries {
		size += len(value(e))
	}
	switch {
	case len(entries) == 0:
		return status.Error(codes.InvalidArgument, "the version would have no entry")
	case len(entries) > maxEntries:
		return status.Errorf(codes.InvalidArgument, "the version would have %d entries, at most %d are allowed",
			len(entries), maxEntries)
	case size > maxPayload:
		return status.Errorf(codes.InvalidArgument, "the values would have %d bytes, at most %d are allowed", size,
			maxPayload)
	}
	return nil
}

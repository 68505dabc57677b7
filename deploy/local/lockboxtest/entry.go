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

type entries []*lockbox.Payload_Entry

// Text is an entry with a text value.
func Text(key, value string) *lockbox.Payload_Entry {
	return &lockbox.Payload_Entry{Key: key, Value: &lockbox.Payload_Entry_TextValue{TextValue: value}}
}

// Binary is an entry with a binary value.
func Binary(key string, value []byte) *lockbox.Payload_Entry {
	return &lockbox.Payload_Entry{Key: key, Value: &lockbox.Payload_Entry_BinaryValue{BinaryValue: value}}
}

// merge is the entries of a base version after the changes: one with a value
// sets its entry, one without removes it. The base stays unchanged.
func (base entries) merge(changes []*lockbox.PayloadEntryChange) (entries, error) {
	merged := slices.Clone(base)
	for i, c := range changes {
		named := func(d *lockbox.PayloadEntryChange) bool { return d.GetKey() == c.GetKey() }
		if slices.ContainsFunc(changes[:i], named) {
			return nil, status.Errorf(codes.InvalidArgument, "payload_entries: duplicate %s", c.GetKey())
		}
		switch v := c.GetValue().(type) {
		case *lockbox.PayloadEntryChange_TextValue:
			merged = merged.set(Text(c.GetKey(), v.TextValue))
		case *lockbox.PayloadEntryChange_BinaryValue:
			merged = merged.set(Binary(c.GetKey(), v.BinaryValue))
		default:
			at := merged.index(c.GetKey())
			if at < 0 {
				return nil, status.Errorf(codes.InvalidArgument,
					"payload_entries: %s has no value, and the base version no such entry to remove", c.GetKey())
			}
			merged = slices.Delete(merged, at, at+1)
		}
	}
	return merged, nil
}

// set puts e in the place of the entry with its key, or at the end.
func (all entries) set(e *lockbox.Payload_Entry) entries {
	if at := all.index(e.GetKey()); at >= 0 {
		all[at] = e
		return all
	}
	return append(all, e)
}

func (all entries) index(key string) int {
	return slices.IndexFunc(all, func(e *lockbox.Payload_Entry) bool { return e.GetKey() == key })
}

// check holds a new version's payload against the limits.
func (all entries) check() error {
	size := 0
	for _, e := range all {
		size += len(e.GetTextValue()) + len(e.GetBinaryValue())
	}
	if len(all) == 0 || len(all) > maxEntries || size > maxPayload {
		return status.Errorf(codes.InvalidArgument,
			"the version would have %d entries with %d bytes of values: want 1 to %d with at most %d",
			len(all), size, maxEntries, maxPayload)
	}
	return nil
}

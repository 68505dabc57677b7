package sealed

import (
	"bytes"
	"testing"

	"filippo.io/age/armor"
)

// FuzzSplit: what is split stands in the file in its order, with only
// white space around, and put together again is split in the same way.
func FuzzSplit(f *testing.F) {
	const part = armor.Header + "\nAAAA\n" + armor.Footer
	for _, seed := range []string{"", "{}", part, part + "\n" + part, part + part, part + "\r\n\n" + part + "\n ",
		part + "\n" + part[:20]} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first, rest := Split(data)
		between, found := bytes.CutPrefix(data, first)
		if !found || !bytes.Equal(bytes.TrimSpace(between), rest) {
			t.Fatalf("%q is split into %q and %q", data, first, rest)
		}
		if rest == nil {
			return
		}
		if again, same := Split(join(first, rest)); !bytes.Equal(again, first) || !bytes.Equal(same, rest) {
			t.Errorf("%q and %q are split into %q and %q", first, rest, again, same)
		}
	})
}

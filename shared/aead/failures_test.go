package aead

import (
	"bytes"
	"errors"
	"runtime"
	"testing"

	"rekey/shared/key"
)

// TestFailuresTakeOneWay: GCM runs whatever the commitment said, so that time
// does not tell which of them was wrong. That it has run is seen by the memory
// for the plaintext, which no clock can blur.
func TestFailuresTakeOneWay(t *testing.T) {
	const size, runs = 32 << 10, 20
	k := testKey(t, key.AES256)
	header, rest := sealed(t, k, "prefix", "aad", string(make([]byte, size)))
	for name, at := range map[string]int{"commitment": 0, "commitment's end": CommitmentSize - 1,
		"nonce": CommitmentSize, "tag": len(rest) - 1} {
		wrong := bytes.Clone(rest)
		wrong[at] ^= 1
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range runs {
			if _, err := k.Open(nil, header, wrong, []byte("aad")); !errors.Is(err, ErrOpen) {
				t.Fatalf("%s: %v", name, err)
			}
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took < runs*size {
			t.Errorf("%s: %d bytes were allocated: GCM cannot have run", name, took)
		}
	}
}

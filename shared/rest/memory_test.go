package rest_test

import (
	"bytes"
	"testing"

	"rekey/shared/rest"
)

// TestMemory: what is taken is zero and apart from all else that is taken,
// however often the memory is used again, and Wipe clears all of it.
func TestMemory(t *testing.T) {
	m := new(rest.Memory)
	for round := range 50 {
		var taken [][]byte
		for i := range 6 {
			b := m.Take(i * round * 37)
			if len(b) != i*round*37 || cap(b) != len(b) || bytes.Count(b, []byte{0}) != len(b) {
				t.Fatalf("round %d, %d: got %d bytes of %d, wanted %d zeros", round, i, len(b), cap(b), i*round*37)
			}
			taken = append(taken, b)
		}
		for i, b := range taken {
			for j := range b {
				b[j] = byte(i + 1)
			}
		}
		for i, b := range taken {
			if bytes.Count(b, []byte{byte(i + 1)}) != len(b) {
				t.Fatalf("round %d: what was taken %d. was given to somebody else too", round, i+1)
			}
		}
		m.Wipe()
		for i, b := range taken {
			if bytes.Count(b, []byte{0}) != len(b) {
				t.Fatalf("round %d: Wipe left what was taken %d.", round, i+1)
			}
		}
	}
}

// TestMemoryIsKept: a request like the one before allocates nothing.
func TestMemoryIsKept(t *testing.T) {
	m := new(rest.Memory)
	use := func() {
		for n := range 9 {
			m.Take(n * 1000)
		}
		m.Wipe()
	}
	use()
	if n := testing.AllocsPerRun(100, use); n != 0 {
		t.Errorf("the memory of a request is allocated %v times more", n)
	}
	var none *rest.Memory
	if b := none.Take(3); len(b) != 3 {
		t.Errorf("no memory: got %d bytes", len(b))
	}
}

package rest_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"rekey/shared/api"
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
	for name, sizes := range map[string][]int{
		"small steps":                    {0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000},
		"a re-encryption of 32768 bytes": {4 << 10, 43840, 32880, 32824, 32880, 44240},
	} {
		use := func() {
			for _, n := range sizes {
				m.Take(n)
			}
			m.Wipe()
		}
		use()
		if n := testing.AllocsPerRun(100, use); n != 0 {
			t.Errorf("%s: the memory of a request is allocated %v times more", name, n)
		}
	}
	var none *rest.Memory
	if b := none.Take(3); len(b) != 3 {
		t.Errorf("no memory: got %d bytes", len(b))
	}
}

// TestBodyMemory: a body of the largest size that is made to take memory takes
// four times its size at most.
func TestBodyMemory(t *testing.T) {
	w := newWorld(t)
	for name, part := range map[string]string{
		"unknown fields": `"x":0,`, "a field twice": `"keyId":"k",`, "a wrong type": `"keyId":1,`,
		"no base64":     `"plaintext":"!",`,
		"depth":         `"x":` + strings.Repeat(`[`, 9000) + strings.Repeat(`]`, 9000) + `,`,
		"escaped names": `"\u0061":0,`, "escapes": `"keyId":"\n",`,
	} {
		const end = `"z":0}`
		body := "{" + strings.Repeat(part, (api.MaxBody-len(end)-1)/len(part)) + end
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a := w.serve(t, 0, rest.Request{Method: "POST", Path: rest.Prefix + "one:encrypt", Proof: someone,
			Body: []byte(body)})
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 4*uint64(len(body)) { // with a copy that is the test's
			t.Errorf("%s: %d bytes were allocated for a body of %d", name, took, len(body))
		}
		if a.Status != 400 {
			t.Errorf("%s: got %d %s", name, a.Status, a.Body)
		}
	}
}

// TestMemoryIsBounded: what a flood of large requests took is not kept.
func TestMemoryIsBounded(t *testing.T) {
	m := new(rest.Memory)
	for range 8 {
		m.Take(api.MaxBody)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m.Wipe()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if freed := int64(before.HeapAlloc) - int64(after.HeapAlloc); freed < 7*api.MaxBody {
		t.Errorf("of 8 times %d bytes only %d are given back", api.MaxBody, freed)
	}
	runtime.KeepAlive(m)
}

package kms

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"rekey/shared/api"
)

// TestReEncryptWipes looks for the plaintext of a re-encryption in Go's heap,
// which has the stacks and what is garbage, too.
func TestReEncryptWipes(t *testing.T) {
	s, _ := two(t)
	needle := outside(t, 64)                     // a copy that is not in the heap
	if _, err := rand.Read(needle); err != nil { // another one in each run: what it opens at the end, nobody wipes
		t.Fatal(err)
	}
	plaintext := bytes.Clone(needle)
	sealed, err := s.Encrypt(ctx, api.Anonymous, &api.EncryptRequest{KeyID: "one", Plaintext: plaintext})
	if err != nil {
		t.Fatal(err)
	}
	if found := inHeap(t, needle); found == 0 {
		t.Fatal("the search finds nothing")
	}
	clear(plaintext)
	if found := inHeap(t, needle); found > 0 {
		t.Fatalf("encryption left %d copies of its plaintext", found)
	}
	again, err := s.ReEncrypt(ctx, api.Anonymous, &api.ReEncryptRequest{KeyID: "two", SourceKeyID: "one", Ciphertext: sealed.Ciphertext})
	if err != nil {
		t.Fatal(err)
	}
	if found := inHeap(t, needle); found > 0 {
		t.Errorf("re-encryption left %d copies of its plaintext", found)
	}
	opened, err := s.Decrypt(ctx, api.Anonymous, &api.DecryptRequest{KeyID: "two", Ciphertext: again.Ciphertext})
	if err != nil || !bytes.Equal(opened.Plaintext, needle) {
		t.Errorf("what it made does not open: %v", err)
	}
}

// outside is memory that Go's allocator knows nothing of.
func outside(t *testing.T, size int) []byte {
	t.Helper()
	b, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skipf("no memory outside of the heap: %v", err)
	}
	t.Cleanup(func() { syscall.Munmap(b) })
	return b
}

// inHeap counts the needle in Go's heap: the mapping that a new object is in.
func inHeap(t *testing.T, needle []byte) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skipf("memory cannot be looked at: %v", err)
	}
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Skipf("memory cannot be looked at: %v", err)
	}
	defer memory.Close()
	somewhere := uintptr(unsafe.Pointer(&make([]byte, 64)[0]))
	for _, line := range strings.Split(string(maps), "\n") {
		var from, to uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x", &from, &to); n < 2 || somewhere < from || to <= somewhere {
			continue
		}
		room := outside(t, int(to-from))
		n, err := memory.ReadAt(room, int64(from))
		if err != nil {
			t.Skipf("memory cannot be looked at: %v", err)
		}
		return bytes.Count(room[:n], needle)
	}
	t.Skip("there is no such memory")
	return 0
}

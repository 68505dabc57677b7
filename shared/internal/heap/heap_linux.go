package heap

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// Outside is memory that Go's allocator knows nothing of.
func Outside(t *testing.T, size int) []byte {
	t.Helper()
	b, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skipf("no memory outside of the heap: %v", err)
	}
	t.Cleanup(func() { syscall.Munmap(b) })
	return b
}

// Count is how often the needle is in Go's heap, which has the stacks and what
// is garbage, too: in the mapping that a new object is in. The needle must lie
// outside.
func Count(t *testing.T, needle []byte) int {
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
		room := Outside(t, int(to-from))
		n, err := memory.ReadAt(room, int64(from))
		if err != nil {
			t.Skipf("memory cannot be looked at: %v", err)
		}
		return bytes.Count(room[:n], needle)
	}
	t.Skip("there is no such memory")
	return 0
}

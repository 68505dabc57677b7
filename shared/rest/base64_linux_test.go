package rest

import (
	"encoding/base64"
	"syscall"
	"testing"
)

// fenced returns memory of so many bytes between two pages that nobody may
// touch: it begins behind the first, and it ends before the second.
func fenced(t *testing.T, n int) (begins, ends []byte) {
	t.Helper()
	page := syscall.Getpagesize()
	pages := make([][]byte, 2)
	for i := range pages {
		all, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|
			syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Munmap(all) })
		for _, fence := range [][]byte{all[:page], all[2*page:]} {
			if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
				t.Fatal(err)
			}
		}
		pages[i] = all[page : 2*page]
	}
	return pages[0][:n:n], pages[1][page-n:]
}

// TestBase64Bounds: the vectors, which Go's bounds do not hold, read and write
// nothing outside of what they are given. A fault would end the test.
func TestBase64Bounds(t *testing.T) {
	const most = 400
	low, high := fenced(t, most)
	outLow, outHigh := fenced(t, 2*most)
	for n := range most + 1 {
		for _, text := range [][]byte{low[:n:n], high[most-n:]} {
			for i := range text {
				text[i] = 'A'
			}
			size, written := base64.RawStdEncoding.DecodedLen(n), padded.EncodedLen(n)
			for _, room := range [][2][]byte{{outLow[:size:size], outLow[:written:written]},
				{outHigh[2*most-size:], outHigh[2*most-written:]}} {
				unpadded.Decode(room[0], text)
				padded.Decode(room[0], text)
				padded.Encode(room[1], text)
			}
		}
	}
}

package sealed

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"
)

// TestMemoryGoesBack: what scrypt took is the system's again when it has ended,
// and the garbage collector is as it was.
func TestMemoryGoesBack(t *testing.T) {
	defer func(n int) { Work = n }(Work)
	Work = 15 // 32 MiB
	percent := debug.SetGCPercent(400)
	defer debug.SetGCPercent(percent)
	before := held()
	first, err := NewFirst(phrase)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		mustUnlock(t, first)
		if now := held(); now > before+12<<20 {
			t.Errorf("%d MiB are held, %d were", now>>20, before>>20)
		}
	}
	if _, err := Unlock(first[:len(first)/2], phrase); err == nil {
		t.Error("half a file opens")
	}
	if now := debug.SetGCPercent(400); now != 400 {
		t.Errorf("GOGC is %d, and was 400", now)
	}
}

// held is the memory that this process has of the system.
func held() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// TestOneAtATime: while scrypt runs no other begins, for anyone.
func TestOneAtATime(t *testing.T) {
	first, err := NewFirst(phrase)
	if err != nil {
		t.Fatal(err)
	}
	end := beginScrypt()
	var ended atomic.Int32
	done := make(chan error)
	for range 4 {
		go func() {
			_, err := Unlock(first, phrase)
			ended.Add(1)
			done <- err
		}()
		go func() {
			_, err := NewFirst(phrase)
			ended.Add(1)
			done <- err
		}()
	}
	time.Sleep(20 * time.Millisecond) // each takes a few
	if n := ended.Load(); n != 0 {
		t.Errorf("%d have ended beside another", n)
	}
	end()
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

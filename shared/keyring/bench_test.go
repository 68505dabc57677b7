package keyring

import (
	"context"
	"testing"

	"rekey/shared/key"
)

// 20 characters each, as ids have.
const benchKey, benchVersion = "rky0123456789abcdefg", "rkv0123456789abcdefg"

func benchRing(tb testing.TB) *Keyring {
	tb.Helper()
	r := New(&fakeStore{}, Options{TTL: ttl, Grace: grace, Allow: []key.ID{benchKey}})
	if _, err := r.Get(context.Background(), benchKey, benchVersion); err != nil {
		tb.Fatal(err)
	}
	return r
}

func BenchmarkGetHit(b *testing.B) {
	r, ctx := benchRing(b), context.Background()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if _, err := r.Get(ctx, benchKey, benchVersion); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetHitParallel(b *testing.B) {
	r, ctx := benchRing(b), context.Background()
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Get(ctx, benchKey, benchVersion); err != nil {
				b.Error(err)
			}
		}
	})
}

func TestHitDoesNotAllocate(t *testing.T) {
	r, ctx := benchRing(t), context.Background()
	if got := testing.AllocsPerRun(1000, func() { r.Get(ctx, benchKey, benchVersion) }); got != 0 {
		t.Errorf("got %v allocations for a hit, want 0", got)
	}
}

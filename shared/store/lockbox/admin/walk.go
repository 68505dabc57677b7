package admin

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"rekey/shared/keyadmin"
)

const (
	// concurrency is how many calls a walk makes concurrently. Lockbox's limit on them is
	// not published; 8 calls of 30 ms are 270 a second.
	concurrency = 8
	// tooMany answers that are none end a walk: a Lockbox that is away, or whose
	// quota is used up, is not asked about every key.
	tooMany = 8
)

// seen is one look of a walk.
type seen[R any] struct {
	value R
	err   error
}

// walk looks at each, several concurrently; the answers are in the order of all.
func walk[T, R any](ctx context.Context, all []T, look func(context.Context, T) (R, error)) []seen[R] {
	answers := make([]seen[R], len(all))
	var next, failed atomic.Int64
	var last atomic.Pointer[error]
	var wg sync.WaitGroup
	for range min(concurrency, len(all)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := next.Add(1) - 1; i < int64(len(all)); i = next.Add(1) - 1 {
				a := &answers[i]
				if failed.Load() >= tooMany {
					a.err = *last.Load()
					continue
				}
				if a.value, a.err = look(ctx, all[i]); errors.Is(a.err, keyadmin.ErrUnavailable) {
					last.Store(&a.err)
					failed.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	return answers
}

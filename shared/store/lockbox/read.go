package lockbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/yandex-cloud/go-genproto/yandex/cloud/lockbox/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	// firstPatience is how long the first attempt may take, 1 s, or half of
	// what the caller has: on a connection that died while we were frozen it
	// would never end, and a new one needs time too. Lockbox answers in
	// milliseconds.
	firstPatience = time.Second
	// defaultPatience is for a caller without a deadline, 5 s.
	defaultPatience = 5 * time.Second
	// Before attempt n+1 is a pause of up to firstPause << n, of which a random
	// part passes, at most longestPause.
	firstPause   = 50 * time.Millisecond
	longestPause = time.Second
)

// read asks until there is an answer that another attempt would not change, or
// the caller's time is over.
func (s *Store) read(ctx context.Context, q *lockbox.GetPayloadRequest) (*lockbox.Payload, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	refused := ""  // the token that Lockbox did not accept
	var last error // of the attempt before, which says more than the end of the time
	for n := 0; ; n++ {
		p, token, err := s.attempt(ctx, q, n)
		switch code := status.Code(err); {
		case code == codes.DeadlineExceeded && ctx.Err() != nil && last != nil:
			return nil, last
		case err == nil, ctx.Err() != nil:
			return p, err
		case code == codes.Unauthenticated && token != "" && token != refused && refused == "":
			refused = token // it may have ended while we were frozen: one fresh one
			s.tokens.drop(token)
			continue
		case code == codes.Canceled: // by us, with the connection
		case !transient[code]:
			return nil, err
		}
		if !pause(ctx, n) {
			return nil, err
		}
		last = err
	}
}

func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, defaultPatience)
}

// attempt makes one call, and returns the token that it was made with.
func (s *Store) attempt(ctx context.Context, q *lockbox.GetPayloadRequest, n int) (*lockbox.Payload, string, error) {
	one, cancel := patience(ctx, n)
	defer cancel()
	if err := one.Err(); err != nil { // too late to learn anything
		return nil, "", status.FromContextError(err).Err()
	}
	if n == 0 {
		s.link.wake()
	}
	wires := s.link.current()
	p, token, err := s.call(one, q)
	if err != nil && errors.Is(one.Err(), context.DeadlineExceeded) {
		s.link.replace(wires) // they may be dead
	}
	return p, token, err
}

// patience bounds the first attempt; the later ones have all the time that is
// left, or a Lockbox that is slow would never be heard.
func patience(ctx context.Context, n int) (context.Context, context.CancelFunc) {
	end, _ := ctx.Deadline()
	if n > 0 {
		return context.WithDeadline(ctx, end)
	}
	return context.WithTimeout(ctx, min(firstPatience, time.Until(end)/2))
}

func (s *Store) call(ctx context.Context, q *lockbox.GetPayloadRequest) (*lockbox.Payload, string, error) {
	token, err := s.tokens.get(ctx)
	if err != nil {
		return nil, "", tokenError(ctx, err)
	}
	client := lockbox.NewPayloadServiceClient(s.link.current().payloads)
	p, err := client.Get(metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token), q)
	return p, token, err
}

// tokenError gives a code to the lack of a token, and never one that says
// something about the key: whatever IAM does not find or allow is a matter of
// our credentials. Who has no metadata service within reach, say, is not known
// to be refused.
func tokenError(ctx context.Context, err error) error {
	switch code := status.Code(err); code {
	case codes.Unknown:
	case codes.PermissionDenied, codes.NotFound, codes.InvalidArgument, codes.FailedPrecondition:
		return status.Error(codes.Unauthenticated, err.Error())
	default:
		return status.Error(code, err.Error())
	}
	if ctx.Err() != nil {
		return status.Error(codes.DeadlineExceeded, err.Error())
	}
	return status.Error(codes.Unavailable, err.Error())
}

// pause waits before another attempt; false if there is no time for one.
func pause(ctx context.Context, n int) bool {
	most := min(firstPause<<min(n, 10), longestPause)
	wait := rand.N(most)
	if end, _ := ctx.Deadline(); time.Until(end) <= wait {
		return false
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

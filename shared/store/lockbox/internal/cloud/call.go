package cloud

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	// FirstTimeout is how long the first attempt may take, 1 s, or half of
	// what the caller has: on a connection that died while we were frozen it
	// would never end, and a new one needs time too. Lockbox answers in
	// milliseconds.
	FirstTimeout = time.Second
	// defaultTimeout is for a caller without a deadline, 5 s.
	defaultTimeout = 5 * time.Second
	// Before attempt n+1 is a pause of up to firstPause << n, of which a random
	// part passes, at most longestPause.
	firstPause   = 50 * time.Millisecond
	longestPause = time.Second
)

// Call makes one call on a connection, with a context that has a token.
type Call func(context.Context, grpc.ClientConnInterface) error

// Read calls a service until there is an answer that another attempt would not
// change, or the caller's time is over. The call must change nothing.
func (l *Link) Read(ctx context.Context, service protoreflect.FullName, call Call) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	refused := ""  // the token that was not accepted
	var last error // of the attempt before, which says more than the end of the time
	for n := 0; ; n++ {
		token, err := l.attempt(ctx, service, call, n)
		switch code := status.Code(err); {
		case code == codes.DeadlineExceeded && ctx.Err() != nil && last != nil:
			return atTheEnd(ctx, last)
		case err == nil, ctx.Err() != nil:
			return atTheEnd(ctx, err)
		case code == codes.Unauthenticated && token != "" && refused == "":
			refused = token // it may have ended while we were frozen: one fresh one
			l.tokens.drop(token)
			continue
		case code == codes.Canceled: // by us, with the connection
		case !transient[code]:
			return err
		}
		if !pause(ctx, n) {
			return atTheEnd(ctx, err)
		}
		last = err
	}
}

// atTheEnd explains why a call was reset, unless it is the caller who has
// left: the time is over. A server resets what it has no time left for, a moment
// before our own clock or after it; gRPC then gives one of two codes.
func atTheEnd(ctx context.Context, err error) error {
	s := status.Convert(err)
	late := s.Code() == codes.DeadlineExceeded && strings.HasPrefix(s.Message(), "stream terminated")
	if ctx.Err() == context.Canceled || s.Code() != codes.Canceled && !late {
		return err
	}
	return status.FromContextError(context.DeadlineExceeded).Err()
}

// Write calls a service once, and once more only if it did not accept the
// token: then it has not looked at the call.
func (l *Link) Write(ctx context.Context, service protoreflect.FullName, call Call) error {
	l.wake()
	token, err := l.call(ctx, service, call)
	if status.Code(err) == codes.Unauthenticated && token != "" {
		l.tokens.drop(token)
		_, err = l.call(ctx, service, call)
	}
	return err
}

func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, defaultTimeout)
}

// attempt makes one call, and returns the token that it was made with.
func (l *Link) attempt(ctx context.Context, service protoreflect.FullName, call Call, n int) (string, error) {
	one, cancel := attemptContext(ctx, n)
	defer cancel()
	if err := one.Err(); err != nil { // too late to learn anything
		return "", status.FromContextError(err).Err()
	}
	if n == 0 {
		l.wake()
	}
	now := l.current()
	token, err := l.call(one, service, call)
	if err != nil && (errors.Is(one.Err(), context.DeadlineExceeded) || !now.all && trusted.all.Load()) {
		l.replace(now) // they may be dead, or wait to try again with all that is trusted
	}
	return token, err
}

// attemptContext bounds the first attempt; the later ones have all the time that is
// left, or a Lockbox that is slow would never be heard.
func attemptContext(ctx context.Context, n int) (context.Context, context.CancelFunc) {
	end, _ := ctx.Deadline()
	if n > 0 {
		return context.WithDeadline(ctx, end)
	}
	return context.WithTimeout(ctx, min(FirstTimeout, time.Until(end)/2))
}

func (l *Link) call(ctx context.Context, service protoreflect.FullName, call Call) (string, error) {
	token, err := l.tokens.get(ctx)
	if err != nil {
		return "", tokenError(ctx, err)
	}
	return token, call(metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token),
		l.current().conns[service])
}

// tokenError gives a code to the lack of a token, and never one that says
// something about the key: whatever IAM does not find or allow is a matter of
// our credentials. Who has no metadata service within reach, say, is not known
// to be refused.
func tokenError(ctx context.Context, err error) error {
	switch code := status.Code(err); {
	case isRefusal(err):
		return status.Error(codes.Unauthenticated, err.Error())
	case code == codes.ResourceExhausted: // IAM's quota, which no caller of ours uses up
		return status.Error(codes.Unavailable, err.Error())
	case code != codes.Unknown:
		return status.Error(code, err.Error())
	case ctx.Err() != nil:
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

// transient are the codes after which the same call may succeed immediately. Not
// RESOURCE_EXHAUSTED: asking again makes that worse.
var transient = map[codes.Code]bool{
	codes.Unavailable:      true,
	codes.Aborted:          true,
	codes.Internal:         true,
	codes.Unknown:          true,
	codes.DeadlineExceeded: true, // of the attempt, if the request has time left
}

package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/semaphore"

	"rekey/shared/api"
	"rekey/shared/rest"
)

const (
	// BodyMemory is how many bytes all bodies take together at most, unless
	// MaxBodyMemory says otherwise: two hundred of the largest.
	BodyMemory = 64 << 20

	// small is a body, in bytes, that does not count and never waits: it takes
	// what the HTTP library keeps for each connection in any case.
	small = 4 << 10

	// maxWait is how long a body waits for memory, with its connection.
	maxWait = time.Second

	// listen is how long a client that was refused for that is listened to: who
	// hangs up on one that sends takes the answer away.
	listen = 500 * time.Millisecond
)

var errBusy = api.Errorf(api.ResourceExhausted, "too many large requests at the same time: try again").RetryIn(maxWait)

// bodies is the memory that all bodies may take together.
type bodies struct {
	room *semaphore.Weighted
	most int64
}

func newBodies(most int64) *bodies { return &bodies{semaphore.NewWeighted(most), most} }

// MaxBodyMemory has all bodies together take at most so many bytes, those of
// up to 4 KiB aside. Who comes when there is no more waits for a moment, and is
// RESOURCE_EXHAUSTED then.
func MaxBodyMemory(bytes int64) Option {
	return func(h *handler) { h.bodies = newBodies(bytes) }
}

// read reads a body of at most api.MaxBody bytes into the request. What is
// held of the room must be released when the request is over.
func (b *bodies) read(w http.ResponseWriter, r *http.Request, q *rest.Request) (held int64, refusal *api.Error) {
	body, limit := io.Reader(r.Body), int(r.ContentLength)
	if r.ContentLength > api.MaxBody && header(r.Header, "Expect") != "" {
		q.TooLarge = true
		return 0, nil // the client waits for a word before it sends, and gets ours
	}
	known := 0 <= limit && limit <= api.MaxBody
	if !known {
		body, limit = http.MaxBytesReader(w, r.Body, api.MaxBody), api.MaxBody+1
	}
	held, err := b.fill(r.Context(), body, limit, q)
	switch {
	case err == nil && !known:
	case err == nil && len(q.Body) == limit:
		r.Body.Close() // at its end, which spares the HTTP library a look for more
	case isTooLarge(err):
		q.TooLarge = true
	case errors.Is(err, os.ErrDeadlineExceeded) && within(r) > 0:
		q.TooSlow = within(r)
	case errors.Is(err, errBusy):
		w.Header()["Connection"] = []string{"close"}
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(listen))
		return held, errBusy
	default:
		return held, api.Errorf(api.InvalidArgument, "the body could not be read to its end")
	}
	return held, nil
}

func isTooLarge(err error) bool {
	var tooLarge *http.MaxBytesError
	return errors.As(err, &tooLarge)
}

// within is how long the server gives a request to come.
func within(r *http.Request) time.Duration {
	if s, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok {
		return s.ReadTimeout
	}
	return 0
}

// fill reads to the end, or to the limit. Memory is taken as the body comes,
// in three steps at most; what was copied from is wiped with the request.
func (b *bodies) fill(ctx context.Context, body io.Reader, limit int, q *rest.Request) (held int64, err error) {
	room := q.Memory.Take(min(limit, small))
	for n := 0; n < limit; {
		if n == len(room) {
			if held == 0 {
				if held, err = b.hold(ctx, limit); err != nil {
					return 0, err
				}
			}
			more := q.Memory.Take(min(limit, n*16))
			copy(more, room)
			room = more
		}
		read, err := body.Read(room[n:])
		n += read
		q.Body = room[:n]
		if errors.Is(err, io.EOF) {
			return held, nil
		}
		if err != nil {
			return held, err
		}
	}
	return held, nil
}

// hold takes room for a body, all of it in one step: bodies that wait for the rest
// of their room while they hold some could wait for each other.
func (b *bodies) hold(ctx context.Context, limit int) (int64, error) {
	room := min(int64(limit+limit/4), b.most) // a quarter for the steps before
	if b.room.TryAcquire(room) {
		return room, nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	if b.room.Acquire(ctx, room) != nil {
		return 0, errBusy
	}
	return room, nil
}

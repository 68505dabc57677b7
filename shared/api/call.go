package api

import (
	"time"

	"rekey/shared/key"
)

// Call is one request for an operation on its way: a face fills in who calls
// and what it could not read, every rule reads it, and what is learned is noted
// in it. It shows no secret. A call is for one operation, and for one goroutine
// at a time.
type Call struct {
	Operation  Operation // 0 until it is known
	Principal  Principal // who calls, and who vouches for that
	RequestID  string    // the one that the answer has
	Invocation string    // the platform's own id for the request, if any
	Begun      time.Time // when the face had the request

	// Malformed is why not all of the request could be read. The fields that
	// could be are there, and the fault is reported in its turn in the order of
	// checks, so that a stranger learns nothing earlier than a caller would.
	Malformed error

	KeyID     key.ID        // as asked for: unchecked
	VersionID key.VersionID // that was used, or, if none was, asked for; empty if neither

	SourceKeyID     key.ID // of a re-encryption, like the two above
	SourceVersionID key.VersionID

	Memory Memory // for the bytes of the response, which are then valid for as long as it is; nil: they have their own

	Resolved bool // versions were looked for
	CacheHit bool // and all of them were in the cache
}

// Memory is where the bytes of one request lie. Take returns n bytes, all zero.
type Memory interface{ Take(n int) []byte }

// Room is an empty slice with the capacity for n.
func (c *Call) Room(n int) []byte {
	if c.Memory == nil {
		return make([]byte, 0, n)
	}
	return c.Memory.Take(n)[:0]
}

// Own is a call by the person who runs the program; nobody checks who that is.
func Own() *Call { return &Call{Principal: Anonymous} }

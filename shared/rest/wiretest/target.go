package wiretest

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// Target is one deployment of the API under test.
type Target struct {
	// URL is what /kms/v1/keys/... is appended to.
	URL string
	// Client adds credentials if the target wants some, and waits where the
	// target has a rate limit. nil: a client that does neither.
	Client *http.Client
	// Stranger is a client without credentials, which must not be let in. nil:
	// the target wants none.
	Stranger *http.Client

	// First and Second are ids of two keys with a usable primary version;
	// First's has the algorithm AES_256.
	First, Second string
	// Rotate gives a key a new primary version, which must be in use within 90
	// seconds. nil: what takes a rotation is skipped.
	Rotate func(t *testing.T, key string)

	// OnlyKeys: paths of the two keys alone reach the API, as behind a gateway
	// with a literal path for each. Any other path gets a 4xx of the gateway's
	// own, and the spelling of a path may be the gateway's business.
	OnlyKeys bool
	// OnlyPOST: POST alone reaches the API, and paths of operations alone.
	// Anything else gets a 4xx of the gateway's own.
	OnlyPOST bool
	// OwnRequestIDs: a gateway gives ids to requests itself, so that a caller's
	// is not kept and that of the header is not that of an error's details.
	OwnRequestIDs bool
	// AtOnce is how many requests the target takes at once. 0: 64.
	AtOnce int
}

// MaxRequests is how many requests the suite makes at the most: whoever runs
// it against a real deployment pays for them, and may have to wait for a rate
// limit.
const MaxRequests = 500

// tests is the suite. What each is called says what is wrong if it fails.
var tests = []struct {
	name string
	run  func(*suite, *testing.T)
}{
	{"round trip", testRoundTrip},
	{"re-encrypt", testReEncrypt},
	{"data key", testDataKey},
	{"skip plaintext", testSkipPlaintext},
	{"version", testVersion},
	{"rotation", testRotation},
	{"base64 taken", testBase64Taken},
	{"names taken", testNamesTaken},
	{"Content-Type taken", testContentTypeTaken},
	{"fields refused", testFieldsRefused},
	{"types refused", testTypesRefused},
	{"base64 refused", testBase64Refused},
	{"body refused", testBodyRefused},
	{"limits", testLimits},
	{"body limit", testBodyLimit},
	{"Content-Encoding", testContentEncoding},
	{"does not open", testDoesNotOpen},
	{"foreign format", testForeign},
	{"key id", testKeyID},
	{"path", testPath},
	{"method", testMethod},
	{"request id", testRequestID},
	{"at once", testAtOnce},
	{"stranger", testStranger},
}

// Run runs the suite against a target. It makes several requests at a time,
// and at most MaxRequests in all.
func Run(t *testing.T, target Target) {
	s := newSuite(t, target)
	t.Run("calls", func(t *testing.T) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				test.run(s, t)
			})
		}
	})
	t.Run("every answer", s.everyAnswer)
	n := s.requests.Load()
	t.Logf("%d requests", n)
	if n > MaxRequests {
		t.Errorf("the suite has made %d requests, at most %d are promised", n, MaxRequests)
	}
}

// suite is a target under test.
type suite struct {
	Target
	requests atomic.Int64
	record
	given
}

// timeout of one request: longer than any time limit of a platform that the
// API is told of.
const timeout = 30 * time.Second

// newSuite ends the test if the target does not even encrypt.
func newSuite(t *testing.T, target Target) *suite {
	t.Helper()
	s := &suite{Target: target}
	if s.Client == nil {
		s.Client = &http.Client{Timeout: timeout}
	}
	if s.AtOnce == 0 {
		s.AtOnce = 64
	}
	s.prepare(t)
	return s
}

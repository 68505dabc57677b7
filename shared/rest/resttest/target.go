package resttest

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// Target is one face of the API under test.
type Target struct {
	// URL is what /kms/v1/keys/... is appended to. Empty: of no importance to
	// the Client.
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

	// OnlyKeys: paths of the two keys only reach the API, as behind a gateway
	// with a literal path for each. Any other path gets a 4xx of the gateway's
	// own, and the spelling of a path may be the gateway's business.
	OnlyKeys bool
	// OnlyPOST: POST only reaches the API, and paths of operations only.
	// Anything else gets a 4xx of the gateway's own.
	OnlyPOST bool
	// OwnRequestIDs: a gateway gives ids to requests itself, so that a caller's
	// is not kept and that of the header is not that of an error's details.
	OwnRequestIDs bool
	// Shows: the target shows its keys to GET, as a server does and no function.
	Shows bool
	// Concurrency is how many requests the target takes concurrently. 0: 64.
	Concurrency int

	// Forbidden are keys with which the Client may do nothing, those that exist
	// before those that do not.
	Forbidden []string
	// Nobody is a client whom the API itself does not know.
	Nobody *http.Client
	// Asked is how often the store of keys has been asked so far. Tests run
	// one after the other then.
	Asked func() int
}

// Direct is a client whose requests a handler answers, without a network.
func Direct(h http.HandlerFunc) *http.Client { return &http.Client{Transport: direct(h)} }

type direct http.HandlerFunc

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d(w, r)
	return w.Result(), nil
}

// MaxRequests is how many requests the suite makes at the most: who runs
// it against a real deployment pays for them, and may have to wait for a rate
// limit.
const MaxRequests = 800

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
	{"fields told", testFieldsTold},
	{"types refused", testTypesRefused},
	{"base64 refused", testBase64Refused},
	{"body refused", testBodyRefused},
	{"limits", testLimits},
	{"body limit", testBodyLimit},
	{"Content-Encoding", testContentEncoding},
	{"does not open", testDoesNotOpen},
	{"foreign format", testForeign},
	{"text for a ciphertext", testText},
	{"key id", testKeyID},
	{"path", testPath},
	{"method", testMethod},
	{"keys", testKeys},
	{"keys hidden", testHidden},
	{"order of checks", testOrder},
	{"forbidden", testForbidden},
	{"request id", testRequestID},
	{"concurrently", testConcurrently},
	{"stranger", testStranger},
	{"nobody", testNobody},
}

// Run runs the suite against a target. It makes several requests at a time,
// and at most MaxRequests in all.
func Run(t *testing.T, target Target) {
	s := newSuite(t, target)
	t.Run("calls", func(t *testing.T) {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				if s.Asked == nil {
					t.Parallel()
				}
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
	if s.URL == "" {
		s.URL = "http://kms.example"
	}
	if s.Concurrency == 0 {
		s.Concurrency = 64
	}
	s.prepare(t)
	return s
}

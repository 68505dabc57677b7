package keyring

import (
	"os"
	"strings"
	"testing"
	"time"
)

// The numbers are a promise: each is what the documentation says it is. The
// other tests go by the constants.
func TestNumbersOfTheDocumentation(t *testing.T) {
	b, err := os.ReadFile("../../docs/keyring.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(b)), " ")
	for _, c := range []struct {
		got, want time.Duration
		says      string
	}{
		{staleTimeout, time.Second, "one attempt of at most a second"},
		{retryAfter, 5 * time.Second, "then five seconds without"},
		{coldTimeout, 5 * time.Second, "waits for five seconds at most"},
		{negativeTTL, 2 * time.Second, "is remembered for 2 seconds"},
		{invalidateEvery, time.Second, "to the question again, at most once a second"},
		{maxJoinAge, 3 * time.Second, "joins a question that is older than 3 seconds"},
		{retryDelay, 200 * time.Millisecond, "asked for once more after 200 ms"},
		{maxCalls, 256, "At most 256 calls of it are under way"},
		{DefaultUnknown, 20, "`REKEY_UNKNOWN_READS` in a second for each instance"},
		{generationEvery, 100 * time.Millisecond, "noticed at the next request, within a tenth of a second"},
	} {
		if c.got != c.want {
			t.Errorf("%q: got %v, want %v", c.says, c.got, c.want)
		}
		if !strings.Contains(text, c.says) {
			t.Errorf("docs/keyring.md no longer says %q", c.says)
		}
	}
}

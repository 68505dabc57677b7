package fault_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"rekey/deploy/local/fault"
)

const (
	payload = "/yandex.cloud.lockbox.v1.PayloadService/Get"
	secret  = "/yandex.cloud.lockbox.v1.SecretService/Get"
	list    = "/yandex.cloud.lockbox.v1.SecretService/List"
	path    = "/computeMetadata/v1/token"
)

var methods = []string{payload, secret, list, path}

// TestParse: what one rule does to a call of each method.
func TestParse(t *testing.T) {
	down, slow := fault.Fault{Code: codes.Unavailable}, fault.Fault{Latency: 300 * time.Millisecond}
	for text, test := range map[string]struct {
		want fault.Fault
		of   string // the methods that have it
	}{
		"*=UNAVAILABLE":                     {down, payload + secret + list + path},
		"Get=UNAVAILABLE":                   {down, payload + secret},
		"PayloadService/Get=UNAVAILABLE":    {down, payload},
		"lockbox.v1.SecretService/Get=hang": {fault.Fault{Hang: true}, secret},
		secret + "=reset":                   {fault.Fault{Reset: true}, secret},
		"/SecretService/List=latency 300ms": {slow, list},
		"token = latency  300ms :100%":      {slow, path},
		"List=RESOURCE_EXHAUSTED:100%":      {fault.Fault{Code: codes.ResourceExhausted}, list},
		"List=CANCELLED":                    {fault.Fault{Code: codes.Canceled}, list},
	} {
		r, err := fault.Parse(text, methods)
		if err != nil {
			t.Error(err)
			continue
		}
		rules := fault.New(1, r)
		for _, m := range methods {
			want := fault.Fault{}
			if strings.Contains(test.of, m) {
				want = test.want
			}
			if got := rules.Next(m); got != want {
				t.Errorf("%s: %s has %+v, want %+v", text, m, got, want)
			}
		}
	}
}

// TestParseRefused: what is wrong, and what there is instead.
func TestParseRefused(t *testing.T) {
	const things = "want latency and a time, such as latency 300ms, or hang, reset, CANCELLED, UNKNOWN, " +
		"INVALID_ARGUMENT, "
	const share = "want over 0% and up to 100%, such as 10%"
	for text, want := range map[string]string{
		"":       `fault "": want METHOD=WHAT or METHOD=WHAT:SHARE%, such as *=UNAVAILABLE:10%`,
		"Get":    `fault "Get": want METHOD=WHAT`,
		"=hang":  `no method is called "": want * or one of `,
		"/=hang": `no method is called "/"`,
		"et=hang": `no method is called "et": want * or one of PayloadService/Get, ` +
			"SecretService/Get, SecretService/List, v1/token",
		"get=hang":               `no method is called "get"`,
		"Service/Get=hang":       `no method is called "Service/Get"`,
		"Get\x1b[2J=hang":        `no method is called "Get\x1b[2J"`,
		"**=hang":                `no method is called "**"`,
		"Get=":                   things,
		"Get=OK":                 `"OK" is nothing that can happen: ` + things,
		"Get=unavailable":        `"unavailable" is nothing that can happen`,
		"Get=14":                 `"14" is nothing that can happen`,
		"Get=slow":               things,
		"Get=latency":            things,
		"Get=latency 300":        things,
		"Get=latency -1s":        things,
		"Get=latency 0s":         things,
		"Get=hang,reset":         things,
		"Get=UNAVAILABLE:":       `the share is "": ` + share,
		"Get=UNAVAILABLE:10":     `the share is "10": ` + share,
		"Get=UNAVAILABLE:0%":     share,
		"Get=UNAVAILABLE:101%":   share,
		"Get=UNAVAILABLE:-1%":    share,
		"Get=UNAVAILABLE:NaN%":   share,
		"Get=UNAVAILABLE:ten%":   share,
		"Get=UNAVAILABLE:10%:5%": share,
	} {
		if _, err := fault.Parse(text, methods); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// TestParseElsewhere: names need not be gRPC's.
func TestParseElsewhere(t *testing.T) {
	for _, text := range []string{"encrypt=reset", "*=hang"} {
		if _, err := fault.Parse(text, []string{"encrypt", "/decrypt"}); err != nil {
			t.Error(err)
		}
	}
	_, err := fault.Parse("sign=reset", []string{"encrypt", "/decrypt"})
	if err == nil || !strings.HasSuffix(err.Error(), "want * or one of decrypt, encrypt") {
		t.Error(err)
	}
}

func rules(t *testing.T, seed uint64, texts ...string) *fault.Rules {
	t.Helper()
	var all []fault.Rule
	for _, text := range texts {
		r, err := fault.Parse(text, methods)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return fault.New(seed, all...)
}

// struck is which of so many calls have a code.
func struck(rs *fault.Rules, calls int) (pattern string) {
	for range calls {
		pattern += map[bool]string{true: "x", false: "."}[rs.Next(payload).Code != codes.OK]
	}
	return pattern
}

// TestShare: about so many, the same ones for a seed whatever else is called,
// and others for another seed or place.
func TestShare(t *testing.T) {
	const tenth = "PayloadService/Get=UNAVAILABLE:10%"
	first := struck(rules(t, 7, tenth), 1000)
	if n := strings.Count(first, "x"); n < 60 || n > 140 {
		t.Errorf("%d of 1000 calls are struck, want about 100", n)
	}
	among := rules(t, 7, tenth, "List=hang:50%")
	for range 10 {
		among.Next(list)
	}
	if got := struck(among, 1000); got != first {
		t.Error("the same seed strikes other calls")
	}
	if struck(rules(t, 8, tenth), 1000) == first || struck(rules(t, 7, "List=hang:50%", tenth), 1000) == first {
		t.Error("another seed or place strikes the same calls")
	}
}

// TestSeveral: latencies add up, and of the rest the first happens.
func TestSeveral(t *testing.T) {
	rs := rules(t, 1, "*=latency 100ms", "Get=ABORTED", "*=latency 200ms", "*=reset")
	for method, want := range map[string]fault.Fault{
		payload: {Latency: 300 * time.Millisecond, Code: codes.Aborted},
		list:    {Latency: 300 * time.Millisecond, Reset: true},
	} {
		if got := rs.Next(method); got != want {
			t.Errorf("%s: got %+v, want %+v", method, got, want)
		}
	}
	if got := (*fault.Rules)(nil).Next(payload); got != (fault.Fault{}) {
		t.Errorf("no rules do %+v", got)
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	rs := rules(t, 1, "*=UNAVAILABLE:50%")
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() { defer wg.Done(); struck(rs, 100) }()
	}
	wg.Wait()
}
